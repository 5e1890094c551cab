import { call, type DuplicatesPage, type KeptOfDuplicates } from '../api/client';

export type Kinds = 'exact,near' | 'burst';

/** One's own look-alikes, a page of them. */
export function listDuplicates(kind: Kinds, cursor: string | null): Promise<DuplicatesPage> {
  return call('get', '/api/v1/duplicates', { query: { kind, ...(cursor && { cursor }) } });
}

/** These stay, the others of the group go to the trash; where all stay, whether they are told apart. */
export function keepOf(group: string, keep: string[], apart = true): Promise<KeptOfDuplicates> {
  return call('post', '/api/v1/duplicates/{group}', { path: { group }, body: { keep, apart } });
}
