// What was found, as a timeline: its months, and the photographs of each. A search is asked once, and read from here until it is
// asked again.
import {
  call,
  type FoundPage,
  type MonthColumns,
  type Scope,
  type SearchScope,
  type Suggestion,
  type Timeline,
} from '../api/client';
import { aspectOf } from '../layout/justified';
import { joined, nothing, select } from '../managers/blocks';

export const isSearch = (scope: Scope): scope is SearchScope => scope.startsWith('search/');
export const searchScope = (question: string, visitor: boolean): SearchScope =>
  `search/${visitor ? 'wall' : 'seen'}:${question}`;

export type Reason = string;

export interface Found {
  timeline: Timeline;
  months: Map<string, MonthColumns>;
  /** Of each photo, what the words were found in. */
  why: Map<string, readonly Reason[]>;
  /** There are that many, or more; fewer may be here. */
  total: number;
  more: boolean;
}

/** So many are shown of what is found; who looks for one photograph asks more closely. */
export const shownAtMost = 2000;
const atOnce = 500;
/** So many searches are kept. */
const kept = 4;
const known = new Map<string, Found>();

export async function search(scope: SearchScope): Promise<Found> {
  const pages = await ask(scope.slice('search/seen:'.length), scope.startsWith('search/wall:'));
  const why = new Map<string, readonly Reason[]>();
  for (const { photos, why: reasons } of pages) photos.id.forEach((id, i) => why.set(id, reasons[i] ?? []));
  const { total = 0, more = false } = pages.at(-1) ?? {};
  const columns = joined(pages.map(({ photos }) => photos));
  const found = { ...sorted(columns), why, total: Math.max(total, columns.id.length), more };
  known.delete(scope);
  known.set(scope, found);
  for (const old of [...known.keys()].slice(0, -kept)) known.delete(old);
  return found;
}

async function ask(q: string, wall: boolean): Promise<FoundPage[]> {
  const pages: FoundPage[] = [];
  let here = 0;
  for (let cursor: string | undefined; ;) {
    const query = { q, limit: atOnce, ...asked(wall), ...(cursor && { cursor }) };
    const page = await call('get', '/api/v1/search', { query });
    pages.push(page);
    here += page.photos.id.length;
    if (!page.next || here >= shownAtMost) return pages;
    cursor = page.next;
  }
}

/** The last answer, if it was asked already. */
export function found(scope: SearchScope): Found | undefined {
  return known.get(scope);
}

/** Part of a month of what was found. */
export async function foundPage(
  scope: SearchScope,
  month: string,
  offset: number,
  count: number,
): Promise<MonthColumns> {
  const { months } = known.get(scope) ?? (await search(scope));
  const columns = months.get(month);
  return columns ? select(columns, offset, offset + count) : select(nothing, 0, 0);
}

/** The day on which a photo stands: its own, or that of the one before it. */
function daysOf(columns: MonthColumns): string[] {
  let last = '';
  const days = columns.taken_at.map((taken, i) => {
    last = taken?.slice(0, 10) ?? (last || made(columns.id[i] ?? ''));
    return last;
  });
  return days;
}

/** When a photo was added: an id begins with the milliseconds. */
function made(id: string): string {
  return new Date(parseInt(id.replace('-', '').slice(0, 12), 16)).toISOString().slice(0, 10);
}

/** By months, newest first, as a timeline has them. */
export function sorted(columns: MonthColumns): { timeline: Timeline; months: Map<string, MonthColumns> } {
  const days = daysOf(columns);
  const rows = new Map<string, number[]>();
  days.forEach((day, i) => {
    const month = day.slice(0, 7);
    rows.set(month, [...(rows.get(month) ?? []), i]);
  });
  const months = new Map<string, MonthColumns>();
  const list = [...rows].map(([month, indices]) => {
    const mine = { ...select(columns, indices), count: indices.length };
    months.set(month, mine);
    const counts: [number, number, number][] = [];
    indices.forEach((index, i) => {
      const day = Number((days[index] ?? '').slice(8));
      const aspect = aspectOf(mine.width[i] ?? 1, mine.height[i] ?? 1);
      const last = counts.at(-1);
      if (last?.[0] === day) counts[counts.length - 1] = [day, last[1] + 1, last[2] + aspect];
      else counts.push([day, 1, aspect]);
    });
    return { month, count: indices.length, days: counts, version: '' };
  });
  return { timeline: { months: list, total: columns.id.length, version: '' } as Timeline, months };
}

/** Visitors look through what everybody sees. */
const asked = (wall: boolean): { scope?: 'wall' } => (wall ? { scope: 'wall' } : {});

/** What may go on from what is typed: at most ten. */
export async function suggest(
  typed: string,
  visitor: boolean,
  signal: AbortSignal,
): Promise<readonly Suggestion[]> {
  return (await call('get', '/api/v1/search/suggest', { query: { q: typed, ...asked(visitor) }, signal }))
    .suggestions;
}
