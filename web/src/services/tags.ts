import { call, type TagCount } from '../api/client';

/** One's own, with how many photographs have each. */
export async function listTags(): Promise<TagCount[]> {
  const all: TagCount[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await call('get', '/api/v1/tags', { query: { limit: 500, ...(cursor && { cursor }) } });
    all.push(...page.tags);
    if (!page.next) return all;
    cursor = page.next;
  }
}
