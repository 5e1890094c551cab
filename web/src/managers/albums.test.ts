import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Album } from '../api/client';

const server = vi.hoisted(() => ({ answers: [] as ((albums: unknown[]) => void)[] }));
vi.mock('../services/albums', () => ({
  listAlbums: () => new Promise((resolve) => server.answers.push(resolve)),
}));
const { albums } = await import('./albums.svelte');

const person = { id: 'ada', name: 'ada' };
const made = (id: string, parent: string | null = null, more: Partial<Album> = {}): Album => ({
  id,
  parent,
  revision: '1',
  title: id,
  description: '',
  owner: person,
  role: 'owner',
  order: 'newest',
  cover: null,
  cover_chosen: false,
  count: 0,
  from: null,
  to: null,
  created_at: '2026-11-28T00:00:00Z',
  ...more,
});
const top = (): string[] => albums.below(null).map(({ album }) => album.id);
/** Lets everything happen that waits for nothing. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('albums', () => {
  beforeEach(() => {
    albums.forget();
    server.answers.length = 0;
  });

  it('show what stands in them, however deep: how many, from when to when, and a picture', () => {
    const cover = { id: 'p', key: 'k', thumbhash: null };
    albums.list = [
      made('family'),
      made('2024', 'family', { count: 3, from: '2024-01-02', to: '2024-12-30' }),
      made('summer', '2024', { count: 2, from: '2023-07-01', to: '2024-08-31', cover }),
      made('stray', 'an album that one may not see', { count: 1, from: '2025-01-01', to: '2025-01-01' }),
    ];
    expect(top()).toEqual(['stray', 'family']);
    const [family] = albums.below(null).slice(1);
    expect(family).toMatchObject({ count: 5, albums: 1, from: '2023-07-01', to: '2024-12-30', cover });
    const summer = albums.get('summer');
    expect(summer && albums.above(summer).map(({ id }) => id)).toEqual(['family', '2024']);
    expect([...albums.family(made('family'))]).toEqual(['family', '2024', 'summer']);
  });

  it('that stand in each other, which two people can make at once, end somewhere', () => {
    const a = made('a', 'b');
    albums.list = [a, made('b', 'a')];
    expect(albums.above(a).length).toBeLessThanOrEqual(50);
    expect(albums.family(a).size).toBe(2);
    expect(albums.below('a')).toHaveLength(1);
  });

  it('are not shown as they were before a change that is on its way', async () => {
    const [wedding, dance] = [made('wedding'), made('dance', 'wedding')];
    albums.list = [wedding, dance];
    const read = albums.refresh();
    let deleted: () => void = () => undefined;
    albums.drop(wedding);
    const change = albums.change(() => new Promise<void>((resolve) => (deleted = resolve)));
    // Asked before the change, answered while it is under way.
    server.answers[0]?.([wedding, dance]);
    await settle();
    expect(top()).toEqual(['dance']);
    // Asked while it was under way, answered after it.
    const again = albums.refresh();
    await settle();
    deleted();
    await change;
    server.answers[1]?.([wedding, dance]);
    await settle();
    expect(top()).toEqual(['dance']);
    server.answers[2]?.([dance]);
    await Promise.all([read, again, settle()]);
    expect(top()).toEqual(['dance']);
    expect(albums.missing('wedding')).toBe(true);
  });
});
