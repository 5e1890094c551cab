// The tags that were seen in this page, to complete what one types; the API has no list of them yet.
import { SvelteSet } from 'svelte/reactivity';

class Tags {
  #seen = new SvelteSet<string>();
  known = $derived([...this.#seen].sort((a, b) => a.localeCompare(b)));

  see(tags: readonly string[]): void {
    for (const tag of tags) this.#seen.add(tag);
  }
}

export const tags = new Tags();
