import { call, type TagCount } from '../api/client';

/** The server does it after its answer, photograph by photograph. */
export async function renameTag(tag: string, name: string): Promise<void> {
  await call('patch', '/api/v1/tags/{tag}', { path: { tag }, body: { name } });
}

export async function deleteTag(tag: string): Promise<void> {
  await call('delete', '/api/v1/tags/{tag}', { path: { tag } });
}

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
