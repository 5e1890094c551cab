import {
  call,
  Refusal,
  type MonthColumns,
  type Photo,
  type Scope,
  type Timeline,
  type TimelineMonth,
} from '../api/client';
import { nearestFirst } from '../layout/months';
import { found, foundPage, isSearch, search } from './search';
import { inOrder, isSequence, pageInOrder, wholeOrder } from './sequence';

/** Photos that are asked for at once. */
export const blockSize = 1000;

export async function getTimeline(scope: Scope): Promise<Timeline> {
  if (isSearch(scope)) return (await search(scope)).timeline;
  const timeline = await call('get', '/api/v1/timeline', { query: { scope } });
  return isSequence(scope) ? inOrder(scope, timeline) : timeline;
}

/** Part of a month, newest first: as many as there are of `count` from `offset` on. */
export async function getPage(
  scope: Scope,
  month: string,
  offset: number,
  count: number,
  signal?: AbortSignal,
): Promise<MonthColumns> {
  if (isSearch(scope)) return foundPage(scope, month, offset, count);
  if (month === wholeOrder)
    return pageInOrder(scope, offset, count, (...part) => getPage(scope, ...part, signal));
  const query = { scope, offset, limit: count };
  return call('get', '/api/v1/timeline/{month}', { path: { month }, query, ...(signal && { signal }) });
}

/** So many pages are read to find one photo. */
const searched = 24;

/**
 * The month in which a photo without a date stands: that of its file, which only the timeline knows. It is looked for from
 * the month of its upload backwards; null if it isn't found in a while.
 */
export async function monthOf(
  photo: Photo,
  scope: Scope,
  months: readonly TimelineMonth[],
  signal: AbortSignal,
): Promise<string | null> {
  if (isSequence(scope)) return wholeOrder;
  let pages = 0;
  for (const { month, count } of nearestFirst(months, photo.uploaded_at.slice(0, 7))) {
    for (let offset = 0; offset < count; offset += 5000) {
      if (++pages > searched || signal.aborted) return null;
      const page = await getPage(scope, month, offset, Math.min(5000, count - offset), signal);
      if (page.id.includes(photo.id)) return month;
    }
  }
  return null;
}

/** The ids of all photos of a scope, as the server has them now; a page of a month at a time. */
export async function allIds(scope: Scope, signal: AbortSignal): Promise<string[]> {
  if (isSearch(scope)) return [...(found(scope) ?? (await search(scope))).why.keys()];
  const ids: string[] = [];
  const { months } = await getTimeline(scope);
  for (const { month, count } of months) {
    for (let offset = 0; offset < count && !signal.aborted; offset += 5000) {
      try {
        const page = await getPage(scope, month, offset, Math.min(5000, count - offset), signal);
        ids.push(...page.id);
      } catch (error) {
        // Its last photo went meanwhile.
        if (!(error instanceof Refusal && error.status === 404)) throw error;
      }
    }
  }
  return [...new Set(ids)];
}
