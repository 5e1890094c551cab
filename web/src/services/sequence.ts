// An album in its own order, as one stretch without months: those that the server has there are places in the order, and no
// dates of anything.
import type { MonthColumns, Scope, Timeline, TimelineMonth } from '../api/client';
import { joined, select } from '../managers/blocks';

/** Stands in place of a month. */
export const wholeOrder = 'order';

/** Shares that show an album in its own order, as their door says. */
const shares = new Set<Scope>();
/** The months behind what was shown last. */
const known = new Map<Scope, readonly TimelineMonth[]>();

export const isSequence = (scope: Scope): boolean => scope.startsWith('sequence:') || shares.has(scope);

/** Whether that is another order than before. */
export function shownInOrder(share: Scope, own: boolean): boolean {
  if (shares.has(share) === own) return false;
  if (own) shares.add(share);
  else shares.delete(share);
  return true;
}

/** The album that a scope is of, in whichever order. */
export function albumOf(scope: Scope): string | undefined {
  return /^(?:album|sequence):(.*)$/.exec(scope)?.[1];
}

/** All months as one. */
export function inOrder(scope: Scope, timeline: Timeline): Timeline {
  known.set(scope, timeline.months);
  const { total, months } = timeline;
  const aspects = months.flatMap(({ days }) => days).reduce((sum, day) => sum + day[2], 0);
  const whole = { month: wholeOrder, count: total, days: [[1, total, aspects]] } as TimelineMonth;
  return { ...timeline, months: total > 0 ? [whole] : [] };
}

/** Part of the order, read from the months in which it lies. */
export async function pageInOrder(
  scope: Scope,
  offset: number,
  count: number,
  read: (month: string, offset: number, count: number) => Promise<MonthColumns>,
): Promise<MonthColumns> {
  const parts: Promise<MonthColumns>[] = [];
  let begin = 0;
  for (const { month, count: all } of known.get(scope) ?? []) {
    const from = Math.max(offset, begin);
    const to = Math.min(offset + count, begin + all);
    if (from < to) parts.push(read(month, from - begin, to - from));
    begin += all;
  }
  const pages = await Promise.all(parts);
  const columns = joined(pages);
  // One that was moved while they were read may stand in two of them.
  const last = new Map(columns.id.map((id, row): [string, number] => [id, row]));
  const rows = columns.id.flatMap((id, row) => (last.get(id) === row ? [row] : []));
  const version = pages.map((one) => one.version).join();
  return { ...select(columns, rows.slice(0, count)), offset, count: begin, version };
}
