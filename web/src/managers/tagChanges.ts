// Tags that the server renames or takes off after its answer.
import { pause } from '../api/retry';
import { deleteTag, listTags, renameTag } from '../services/tags';
import { tags } from './tags.svelte';

const firstLook = 250;
const longestPause = 10_000;

/** Throws what the form has to tell. */
export async function rename(tag: string, name: string): Promise<void> {
  await renameTag(tag, name);
  void follow(tag);
}

export async function remove(tag: string): Promise<void> {
  await deleteTag(tag);
  void follow(tag);
}

/**
 * The list of tags hears of no events: it is read until the old name is gone from it. Somebody may have given the tag anew, or
 * the server may be away: that it may not go on for ever.
 */
async function follow(tag: string): Promise<void> {
  for (let wait = firstLook; wait < longestPause; wait *= 2) {
    await pause(wait);
    const list = await listTags().catch(() => null);
    if (!list) continue;
    tags.adopt(list);
    if (!list.some((one) => one.tag === tag)) return;
  }
}
