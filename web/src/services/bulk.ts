import { call, type BulkChange } from '../api/client';

const atOnce = 1000;

export type Change = NonNullable<BulkChange['change']>;

export interface Refused {
  id: string;
  code: string | null;
  detail: string;
}

/** Changes many photos, a thousand a request; those that were not changed, with the reason. */
export async function changeAll(ids: readonly string[], what: Change | 'purge'): Promise<Refused[]> {
  const refused: Refused[] = [];
  for (let i = 0; i < ids.length; i += atOnce) {
    const part = ids.slice(i, i + atOnce);
    const body: BulkChange = what === 'purge' ? { ids: part, purge: true } : { ids: part, change: what };
    const { results } = await call('post', '/api/v1/photos/bulk', { body });
    for (const { id, code, detail, status } of results)
      if (status >= 300) refused.push({ id, code, detail: detail ?? '' });
  }
  return refused;
}

export interface DatesChanged {
  /** What the date was, of each that was changed. */
  before: Map<string, string | null>;
  refused: Refused[];
}

/** The same for their dates. A list of dates has one for each id. */
export async function changeDates(ids: readonly string[], change: Change): Promise<DatesChanged> {
  const before = new Map<string, string | null>();
  const refused: Refused[] = [];
  const { taken_at: dates } = change;
  for (let i = 0; i < ids.length; i += atOnce) {
    const part = Array.isArray(dates) ? { ...change, taken_at: dates.slice(i, i + atOnce) } : change;
    const body: BulkChange = { ids: ids.slice(i, i + atOnce), change: part };
    const { results } = await call('post', '/api/v1/photos/bulk', { body });
    for (const { id, code, detail, status, taken_before } of results) {
      if (status >= 300) refused.push({ id, code, detail: detail ?? '' });
      else before.set(id, taken_before ?? null);
    }
  }
  return { before, refused };
}
