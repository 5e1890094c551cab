// One's tags, with how many photographs have each, and those that were written here since.
import { SvelteSet } from 'svelte/reactivity';
import type { TagCount } from '../api/client';
import { listTags } from '../services/tags';

class Tags {
  /** In the order of the language; null until they are known. */
  list = $state.raw<readonly TagCount[] | null>(null);
  error = $state.raw<unknown>(null);
  #seen = new SvelteSet<string>();
  /** To complete what one types. */
  known = $derived(
    [...new Set([...(this.list ?? []).map(({ tag }) => tag), ...this.#seen])].sort((a, b) =>
      a.localeCompare(b),
    ),
  );

  see(tags: readonly string[]): void {
    for (const tag of tags) this.#seen.add(tag);
  }

  adopt(list: TagCount[]): void {
    this.list = list.sort((a, b) => a.tag.localeCompare(b.tag));
    this.error = null;
  }

  async refresh(): Promise<void> {
    try {
      this.adopt(await listTags());
    } catch (error) {
      this.error = error;
    }
  }

  /** Somebody else looks now. */
  forget(): void {
    this.list = null;
    this.error = null;
    this.#seen.clear();
  }
}

export const tags = new Tags();
