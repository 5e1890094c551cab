import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { MonthColumns, Timeline } from '../api/client';

const server = vi.hoisted(() => ({
  timeline: {} as unknown,
  pages: [] as string[],
  ids: ['a', 'b'],
  away: false,
}));
vi.mock('../services/timeline', () => ({
  blockSize: 1000,
  getTimeline: () => (server.away ? Promise.reject(new Error('away')) : Promise.resolve(server.timeline)),
  getPage: (_scope: string, month: string, offset: number, count: number, signal?: AbortSignal) => {
    server.pages.push(`${month} ${String(offset)} ${String(count)}`);
    const page = columns(server.ids);
    // As fetch does: what is given up fails, a while after.
    return new Promise<MonthColumns>((answer, fail) =>
      setTimeout(() => {
        if (signal?.aborted) fail(new DOMException('given up', 'AbortError'));
        else answer(page);
      }),
    );
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
  it('is there for each who asked, whoever began', async () => {
    server.timeline = timelineOf('1', ['2024-05', 2]);
    const library = new Library('mine');
    void library.load();
    expect(await library.locate('b', '2024-05')).toMatchObject({ index: 1 });
  });

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

  it('reads in the next round what it could not read in one', async () => {
    const library = await shown();
    server.away = true;
    await library.refresh(['2024-05']);
    expect(library.error).not.toBeNull();
    server.away = false;
    await library.refresh([]);
    expect([server.pages, library.error]).toEqual([['2024-05 0 2'], null]);
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

  it('finds a photo also where others take the places of the blocks while they are read', async () => {
    const library = new Library('mine');
    await library.load();
    const found = library.locate('b', '2024-05');
    server.ids = ['c', 'a', 'b'];
    server.timeline = timelineOf('2', ['2024-05', 3], ['2019-01', 7]);
    await library.refresh();
    const place = await found;
    expect(place?.block).toBe(library.blocks[0]);
    expect(place?.index).toBe(2);
    expect(await library.locate('z', '2024-05')).toBe(null);
  });

  it('loads for one who waits also what was given up a moment before', async () => {
    const library = new Library('mine');
    await library.load();
    const [first, second] = library.blocks;
    if (!first || !second) throw new Error('no blocks');
    library.want([second]);
    library.want([]);
    expect(second.loading?.abort.signal.aborted).toBe(true);
    expect(await library.neighbour({ block: first, index: 1 }, 1)).toEqual({ block: second, index: 0 });
    expect(second.loading).toBe(null);
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
