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

  it('leaves the blocks of other months as they are when a month comes between them, or goes', async () => {
    const library = await shown();
    const [first, last] = library.blocks;
    server.timeline = timelineOf('2', ['2024-05', 2], ['2020-03', 4], ['2019-01', 7]);
    await library.refresh(['2020-03']);
    expect(library.blocks.map(({ month }) => month)).toEqual(['2024-05', '2020-03', '2019-01']);
    expect(library.blocks[0]).toBe(first);
    expect(library.blocks[2]).toBe(last);
    expect([library.total, library.counts.get('2020-03')]).toEqual([13, 4]);
    server.timeline = timelineOf('3', ['2024-05', 2], ['2019-01', 7]);
    await library.refresh(['2020-03']);
    expect(library.blocks[1]).toBe(last);
    expect([library.total, library.counts.has('2020-03')]).toEqual([9, false]);
    expect(server.pages).toEqual([]);
  });

  it('reads once for all who ask while it reads, and all that they named', async () => {
    const library = await shown();
    library.want(library.blocks);
    await library.blocks[1]?.loading?.done;
    server.pages.length = 0;
    const round = library.refresh(['2024-05']);
    for (let i = 0; i < 5; i++) void library.refresh([]);
    void library.refresh(['2019-01']);
    await round;
    expect(server.pages).toEqual(['2024-05 0 2', '2019-01 0 7']);
  });

  it('shows what it shows while somebody changes it, and what was read meanwhile is not taken', async () => {
    const library = await shown();
    server.ids = ['b', 'a'];
    const reading = library.refresh();
    let changed = (): void => undefined;
    const change = library.hold(new Promise<void>((done) => (changed = done)));
    library.drop(new Set(['a']));
    await reading;
    expect(library.blocks[0]?.content?.columns.id).toEqual(['b']);
    server.ids = ['b'];
    server.timeline = timelineOf('2', ['2024-05', 1], ['2019-01', 7]);
    changed();
    await change;
    await library.refresh([]);
    expect(library.blocks[0]?.content?.columns.id).toEqual(['b']);
    expect([library.total, library.blocks[0]?.stale]).toEqual([8, false]);
  });

  it('takes over what came with the page, and asks for the rest of a month when it is near', async () => {
    const library = new Library('mine');
    server.pages.length = 0;
    server.timeline = timelineOf('1', ['2024-05', 3], ['2019-01', 2]);
    library.adopt(server.timeline as Timeline, {
      '2024-05': columns(['a', 'b']),
      '2019-01': columns(['x', 'y']),
    });
    expect(library.status).toBe('ready');
    expect(library.find('b', '2024-05')).toMatchObject({ index: 1 });
    server.ids = ['a', 'b', 'c'];
    library.want(library.blocks);
    await library.blocks[0]?.loading?.done;
    expect(server.pages).toEqual(['2024-05 0 3']);
    server.pages.length = 0;
    await library.catchUp();
    expect(server.pages).toEqual([]);
  });

  it('draws what it had of a month that has become too large for one block', async () => {
    const library = await shown();
    server.timeline = timelineOf('2', ['2024-05', 2400], ['2019-01', 7]);
    library.want([]);
    await library.refresh([]);
    const [first, second, third] = library.blocks;
    expect([first?.key, second?.key, third?.key]).toEqual(['2024-05/0', '2024-05/1000', '2024-05/2000']);
    expect([first?.content?.columns.id, first?.stale]).toEqual([['a', 'b'], true]);
    expect(second?.content).toBe(null);
  });

  it('marks favourites at once, and only those', async () => {
    const library = await shown();
    library.mark(new Set(['b', 'z']), true);
    expect(library.blocks[0]?.content?.columns.favourite).toEqual([false, true]);
    library.mark(new Set(['b']), false);
    expect(library.blocks[0]?.content?.columns.favourite).toEqual([false, false]);
  });
});
