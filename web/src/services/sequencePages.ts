// How an album in its own order is read: fetched with the first of them.
import type { MonthColumns, Scope, Timeline, TimelineMonth } from '../api/client';
import { joined, select } from '../managers/blocks';
import { wholeOrder } from './sequence';

/** The months behind what was shown last. */
const known = new Map<Scope, readonly TimelineMonth[]>();

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
