import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Spot } from '../services/order';
import { nothing } from './blocks';
import type { Block as ShownBlock } from './library.svelte';

const server = vi.hoisted(() => ({
  moves: [] as { ids: readonly string[]; spot: unknown }[],
  refuse: null as unknown,
}));
vi.mock('../services/order', () => ({
  movePhotos: (_: string, ids: readonly string[], spot: unknown) => {
    server.moves.push({ ids, spot });
    return server.refuse ? Promise.reject(server.refuse as Error) : Promise.resolve([]);
  },
}));
vi.mock('../services/timeline', () => ({ blockSize: 1000, allIds: vi.fn(), getTimeline: vi.fn() }));
vi.mock('../i18n/i18n.svelte', () => ({ i18n: { language: 'en', m: { undo: 'Undo' } } }));
vi.mock('./changes', () => ({ tellRefused: vi.fn() }));
vi.mock('./notices.svelte', () => {
  const list: { failed: boolean; action?: { run: () => void } }[] = [];
  return {
    notices: {
      list,
      say: (_: string, action?: { run: () => void }) =>
        list.push({ failed: false, ...(action && { action }) }),
      fail: () => list.push({ failed: true }),
    },
  };
});
const { arranged, move, spotFor, wayBack } = await import('./albumOrder');
const { Block } = await import('./library.svelte');
const { notices } = await import('./notices.svelte');

const order = ['a', 'b', 'c', 'd', 'e'];
const some = (...ids: string[]): Set<string> => new Set(ids);

describe('photographs that are moved', () => {
  it('stand at the spot, one after the other as before', () => {
    const moved = (spot: Spot): string => arranged(order, some('d', 'b'), spot).join('');
    expect(moved({ before: 'a' })).toBe('bdace');
    expect(moved({ after: 'e' })).toBe('acebd');
    expect(moved({ after: 'a' })).toBe('abdce');
    expect(moved({ to: 'beginning' })).toBe('bdace');
    expect(moved({ to: 'end' })).toBe('acebd');
  });

  it('go one step beyond those of them that stand first or last', () => {
    expect(spotFor(order, some('c', 'd'), 'earlier')).toEqual({ before: 'b' });
    expect(spotFor(order, some('c', 'd'), 'later')).toEqual({ after: 'e' });
    expect(spotFor(order, some('a'), 'earlier')).toBeNull();
    expect(spotFor(order, some('e', 'a'), 'later')).toBeNull();
    expect(spotFor(order, some('x'), 'later')).toBeNull();
    expect(spotFor(order, some('a'), 'end')).toEqual({ to: 'end' });
  });

  it('come back to where they stood, wherever that was', () => {
    for (const moving of [some('a'), some('e'), some('b', 'c'), some('a', 'c', 'e'), some(...order)]) {
      let now = arranged(order, moving, { to: 'end' });
      for (const { ids, spot } of wayBack(order, moving)) now = arranged(now, new Set(ids), spot);
      expect(now).toEqual(order);
    }
  });
});

describe('a move', () => {
  const library = {
    scope: 'sequence:album',
    blocks: [] as ShownBlock[],
    hold: (until: Promise<unknown>) => until,
  } as unknown as Parameters<typeof move>[0];
  const shown = (): string[] => library.blocks.flatMap(({ content }) => content?.columns.id ?? []);
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

  beforeEach(() => {
    const whole = new Block('order', 0, order.length, [[1, order.length, order.length]], false);
    whole.fill({
      ...nothing,
      count: order.length,
      id: order,
      width: order.map(() => 1),
      height: order.map(() => 1),
    });
    library.blocks = [whole];
    server.moves.length = 0;
    server.refuse = null;
    notices.list.length = 0;
  });

  it('is shown at once, sent, and undone from its message', async () => {
    expect(await move(library, ['d'], { before: 'b' })).toBe(true);
    expect(shown()).toEqual(['a', 'd', 'b', 'c', 'e']);
    await settle();
    expect(server.moves).toEqual([{ ids: ['d'], spot: { before: 'b' } }]);
    notices.list[0]?.action?.run();
    await settle();
    expect(server.moves[1]).toEqual({ ids: ['d'], spot: { after: 'c' } });
  });

  it('to where they stand is none', async () => {
    expect(await move(library, ['d'], { after: 'c' })).toBe(false);
    expect(await move(library, ['a'], 'earlier')).toBe(false);
    expect(server.moves).toEqual([]);
  });

  it('that is refused is told', async () => {
    server.refuse = new Error('no');
    await move(library, ['d'], 'beginning');
    await settle();
    expect(notices.list.map(({ failed }) => failed)).toEqual([true]);
  });
});
