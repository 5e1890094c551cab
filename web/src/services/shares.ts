// One's own shares: what is shown by a link.
import { call, type NewShare, type Share, type ShareChange } from '../api/client';

/** In the order in which they were made, also those that have ended. */
export async function listShares(): Promise<Share[]> {
  const all: Share[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await call('get', '/api/v1/shares', { query: { limit: 500, ...(cursor && { cursor }) } });
    all.push(...page.shares);
    if (!page.next) return all;
    cursor = page.next;
  }
}

export function createShare(wish: NewShare): Promise<Share> {
  return call('post', '/api/v1/shares', { body: wish });
}

export function changeShare(id: string, change: ShareChange): Promise<Share> {
  return call('patch', '/api/v1/shares/{id}', { path: { id }, body: change });
}

export async function revokeShare(id: string): Promise<void> {
  await call('delete', '/api/v1/shares/{id}', { path: { id } });
}
