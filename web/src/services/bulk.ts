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
