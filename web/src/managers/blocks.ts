// Months in parts that can be asked for, laid out and forgotten one by one.
import type { FoundColumns, MonthColumns, TimelineMonth } from '../api/client';

/** Day of the month, how many photos, sum of their aspect ratios. */
export type Days = [number, number, number][];

export interface Part {
  month: string;
  offset: number;
  count: number;
  days: Days;
  /** More of the month follows in the next part. */
  open: boolean;
}

/** A month of up to one and a half parts is one. A day that is cut has its share of the sum in each. */
export function blocksOf(months: readonly TimelineMonth[], size: number): Part[] {
  return months.flatMap(({ month, count, days }) => {
    const parts = count <= size * 1.5 ? 1 : Math.ceil(count / size);
    return Array.from({ length: parts }, (_, i): Part => {
      const from = i * size;
      const to = i === parts - 1 ? count : from + size;
      return { month, offset: from, count: to - from, days: within(days, from, to), open: i < parts - 1 };
    });
  });
}

function within(days: TimelineMonth['days'], from: number, to: number): Days {
  const result: Days = [];
  let at = 0;
  for (const [day, count, sum] of days) {
    const part = Math.min(to, at + count) - Math.max(from, at);
    if (part > 0) result.push([day, part, (sum * part) / count]);
    at += count;
  }
  return result;
}

/** Some rows of the columns: those of a list, or from one up to, not including, another. */
export function select(columns: MonthColumns, rows: readonly number[]): MonthColumns;
export function select(columns: MonthColumns, from: number, to: number): MonthColumns;
export function select(columns: MonthColumns, rows: readonly number[] | number, to = 0): MonthColumns {
  const pick = <T>(column: readonly T[]): T[] =>
    typeof rows === 'number' ? column.slice(rows, to) : rows.map((row) => column[row] as T);
  const picked = Object.entries(columns).map(([name, column]) => [
    name,
    Array.isArray(column) ? pick<unknown>(column) : column,
  ]);
  return Object.fromEntries(picked) as MonthColumns;
}

/** Columns without a row. */
export const nothing: MonthColumns = {
  version: '',
  count: 0,
  offset: 0,
  id: [],
  key: [],
  taken_at: [],
  taken_precision: [],
  width: [],
  height: [],
  thumbhash: [],
  title: [],
  favourite: [],
  state: [],
};

/** The rows of one after those of the other. */
export function joined(pages: readonly (FoundColumns | MonthColumns)[]): MonthColumns {
  const all = structuredClone(nothing) as unknown as Record<string, unknown[]>;
  for (const page of pages)
    for (const [name, column] of Object.entries(page))
      if (Array.isArray(column) && Array.isArray(all[name])) all[name].push(...(column as unknown[]));
  return all as unknown as MonthColumns;
}
