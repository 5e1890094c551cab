import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { MonthColumns, Timeline } from '../api/client';

const server = vi.hoisted(() => ({ timeline: {} as unknown, pages: [] as string[], ids: ['a', 'b'] }));
vi.mock('../services/timeline', () => ({
  blockSize: 1000,
  getTimeline: () => Promise.resolve(server.timeline),
  getPage: (_scope: string, month: string, offset: number, count: number) => {
    server.pages.push(`${month} ${String(offset)} ${String(count)}`);
    return Promise.resolve(columns(server.ids));
  },
}));
const { Library } = await import('./library.svelte');

function columns(ids: string[]): MonthColumns {
  const of = <T>(value: T): T[] => ids.map(() => value);
  return {
    version: '',
    count: ids.length,
    offset: 0,
    id: ids,
    key: ids,
    taken_at: of(null),
    taken_precision: of(null),
    width: of(3),
    height: of(2),
    thumbhash: of(null),
    title: of(''),
    favourite: of(false),
    state: of('ready'),
  };
}

function timelineOf(version: string, ...months: [string, number][]): Timeline {
  return {
    version,
    total: months.reduce((sum, [, count]) => sum + count, 0),
    months: months.map(([month, count]) => ({ month, count, days: [[1, count, count * 1.5]] })),
  } as Timeline;
}

/** With its first block drawn. */
async function shown(): Promise<InstanceType<typeof Library>> {
  const library = new Library('mine');
  await library.load();
  library.want(library.blocks.slice(0, 1));
  await library.blocks[0]?.loading?.done;
  server.pages.length = 0;
  return library;
}

describe('a library', () => {
  beforeEach(() => {
    server.ids = ['a', 'b'];
    server.timeline = timelineOf('1', ['2024-05', 2], ['2019-01', 7]);
  });

  it('reads again of what is near only the months that have other days', async () => {
    const library = await shown();
    const far = library.blocks[1];
    server.timeline = timelineOf('2', ['2024-05', 2], ['2019-01', 8]);
    await library.refresh([]);
    expect(server.pages).toEqual([]);
    expect(library.blocks[0]?.content?.columns.id).toEqual(['a', 'b']);
    expect(library.blocks[1]).not.toBe(far);
    expect([library.total, library.blocks[1]?.count]).toEqual([10, 8]);
    server.ids = ['c', 'a', 'b'];
    server.timeline = timelineOf('3', ['2024-05', 3], ['2019-01', 8]);
    await library.refresh([]);
    expect(server.pages).toEqual(['2024-05 0 3']);
    expect(library.blocks[0]?.content?.columns.id).toEqual(['c', 'a', 'b']);
  });

  it('keeps what it has of a month that is not named, and draws it until the new is there', async () => {
    const library = await shown();
    await library.refresh(['2019-01']);
    expect(server.pages).toEqual([]);
    library.want([]);
    await library.refresh();
    expect(library.blocks[0]?.stale).toBe(true);
    expect(library.blocks[0]?.content?.columns.id).toEqual(['a', 'b']);
  });

  it('catches up with what was changed before it was listened to, and only then', async () => {
    const library = await shown();
    await library.catchUp();
    expect(server.pages).toEqual([]);
    // A title, which no day tells of.
    server.timeline = timelineOf('2', ['2024-05', 2], ['2019-01', 7]);
    server.ids = ['b', 'a'];
    await library.catchUp();
    expect(server.pages).toEqual(['2024-05 0 2']);
    expect(library.blocks[0]?.content?.columns.id).toEqual(['b', 'a']);
    server.pages.length = 0;
    await library.catchUp();
    expect(server.pages).toEqual([]);
  });

  it('shows at once that photographs are gone, also the last of a month', async () => {
    const library = await shown();
    library.drop(new Set(['a']));
    expect([library.total, library.blocks[0]?.count]).toEqual([8, 1]);
    expect(library.at(0)?.block.content?.columns.id).toEqual(['b']);
    library.drop(new Set(['b']));
    expect(library.blocks.map(({ month }) => month)).toEqual(['2019-01']);
  });
});
