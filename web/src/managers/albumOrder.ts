// Photographs of an album that are put elsewhere in its own order: shown at once, undone by one press, put back with a
// sentence where it is refused.
import { words } from '../i18n/albums';
import { i18n } from '../i18n/i18n.svelte';
import { movePhotos, type Spot } from '../services/order';
import { albumOf } from '../services/sequence';
import { allIds } from '../services/timeline';
import { joined, select } from './blocks';
import { tellRefused } from './changes';
import { Block, type Library } from './library.svelte';
import { notices } from './notices.svelte';

export type Way = 'earlier' | 'later' | 'beginning' | 'end';

/** The ids in another order: `moving`, as they stand in it, at the spot. */
export function arranged(order: readonly string[], moving: ReadonlySet<string>, spot: Spot): string[] {
  const moved = order.filter((id) => moving.has(id));
  const rest = order.filter((id) => !moving.has(id));
  const at = placeOf(rest, spot);
  return [...rest.slice(0, at), ...moved, ...rest.slice(at)];
}

function placeOf(rest: readonly string[], spot: Spot): number {
  if ('to' in spot) return spot.to === 'beginning' ? 0 : rest.length;
  if ('before' in spot) return Math.max(0, rest.indexOf(spot.before));
  return rest.indexOf(spot.after) + 1;
}

/** Where a step leads; null where they stand there. */
export function spotFor(order: readonly string[], moving: ReadonlySet<string>, way: Way): Spot | null {
  if (way === 'beginning' || way === 'end') return { to: way };
  const first = order.findIndex((id) => moving.has(id));
  const last = order.findLastIndex((id) => moving.has(id));
  const next = way === 'earlier' ? order[first - 1] : order[last + 1];
  if (first < 0 || next === undefined) return null;
  return way === 'earlier' ? { before: next } : { after: next };
}

/** What brings them back: those that stood together go behind what stood before them. */
export function wayBack(
  order: readonly string[],
  moving: ReadonlySet<string>,
): { ids: string[]; spot: Spot }[] {
  const runs: { ids: string[]; spot: Spot }[] = [];
  let run: string[] | null = null;
  order.forEach((id, i) => {
    if (!moving.has(id)) {
      run = null;
      return;
    }
    if (!run) {
      const before = order[i - 1];
      run = [];
      runs.push({ ids: run, spot: before === undefined ? { to: 'beginning' } : { after: before } });
    }
    run.push(id);
  });
  return runs;
}

/** One after the other, as they were asked for. */
let last: Promise<unknown> = Promise.resolve();

function inTurn<T>(send: () => Promise<T>): Promise<T> {
  const mine = last.then(send);
  last = mine.catch(() => undefined);
  return mine;
}

/** All ids as they stand; null where they are not all loaded. */
function loaded({ blocks }: Library): string[] | null {
  if (blocks.some((block) => block.content?.columns.id.length !== block.count)) return null;
  return blocks.flatMap((block) => block.content?.columns.id ?? []);
}

/** Shows at once what is being asked of the server: the same photos, of which all are loaded, in another order. */
function arrange(library: Library, ids: readonly string[]): void {
  const all = joined(library.blocks.flatMap(({ content }) => content?.columns ?? []));
  const rows = new Map(all.id.map((id, row) => [id, row]));
  const sorted = select(
    all,
    ids.map((id) => rows.get(id) ?? 0),
  );
  let from = 0;
  library.blocks = library.blocks.map((block) => {
    const moved = new Block(block.month, block.offset, block.count, block.days, block.open);
    moved.fill(select(sorted, from, from + block.count));
    moved.used = block.used;
    from += block.count;
    return moved;
  });
}

const known = async (library: Library): Promise<string[]> =>
  loaded(library) ?? (await allIds(library.scope, new AbortController().signal));

/** Whether anything was to be moved. What is shown already when this returns is sent afterwards. */
export async function move(library: Library, ids: Iterable<string>, to: Spot | Way): Promise<boolean> {
  const moving = new Set(ids);
  const again = (): void => void move(library, moving, to);
  let order: string[];
  try {
    order = await known(library);
  } catch (error) {
    notices.fail(error, again);
    return false;
  }
  const spot = typeof to === 'string' ? spotFor(order, moving, to) : to;
  const next = spot && arranged(order, moving, spot);
  if (!spot || !next || next.every((id, i) => id === order[i])) return false;
  if (loaded(library)) arrange(library, next);
  const moved = order.filter((id) => moving.has(id));
  void library.hold(inTurn(() => send(library, moved, spot, wayBack(order, moving), again)));
  return true;
}

async function send(
  library: Library,
  ids: string[],
  spot: Spot,
  back: { ids: string[]; spot: Spot }[],
  again: () => void,
): Promise<void> {
  try {
    const refused = await movePhotos(albumOf(library.scope) ?? '', ids, spot);
    const run = (): void => void library.hold(inTurn(() => undo(library, back)));
    if (refused.length < ids.length)
      notices.say(words().moved(ids.length - refused.length), { label: i18n.m.undo, run });
    tellRefused(refused);
  } catch (error) {
    notices.fail(error, again);
  }
}

async function undo(library: Library, back: { ids: string[]; spot: Spot }[]): Promise<void> {
  try {
    for (const { ids, spot } of back) tellRefused(await movePhotos(albumOf(library.scope) ?? '', ids, spot));
    notices.say(words().movedBack);
  } catch (error) {
    notices.fail(error, () => void library.hold(inTurn(() => undo(library, back))));
  }
}
