// What is selected in a library: one, a row, a range, a day, all.
import type { Library, Place } from './library.svelte';
import { allIds } from '../services/timeline';

export class Selection {
  ids = $state.raw<ReadonlySet<string>>(new Set());
  /** All is being gathered. */
  gathering = $state(false);
  size = $derived(this.ids.size);
  /** Where a range begins. */
  #from: Place | null = null;

  constructor(readonly library: Library) {}

  has(id: string): boolean {
    return this.ids.has(id);
  }

  clear(): void {
    this.#from = null;
    if (this.size > 0) this.ids = new Set();
  }

  toggle(place: Place): void {
    const id = idOf(place);
    this.#from = place;
    this.set([id], !this.ids.has(id));
  }

  /** All of these, or none of them. */
  set(ids: Iterable<string>, on: boolean): void {
    const next = new Set(this.ids);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    this.ids = next;
  }

  /** From where the last one was selected to here. */
  async extend(to: Place): Promise<void> {
    const from = this.#from ?? to;
    this.#from = from;
    const { blocks } = this.library;
    const at = (place: Place): number => blocks.findIndex((block) => block.key === place.block.key);
    const forward = at(from) < at(to) || (at(from) === at(to) && from.index <= to.index);
    const [first, last] = forward ? [from, to] : [to, from];
    const ids: string[] = [];
    for (const block of blocks.slice(at(first), at(last) + 1)) {
      await this.library.loadBlock(block);
      const all = block.content?.columns.id ?? [];
      const begin = block.key === first.block.key ? first.index : 0;
      const end = block.key === last.block.key ? last.index + 1 : all.length;
      ids.push(...all.slice(begin, end));
    }
    this.set(ids, true);
  }

  /** The photos of a day; parts of it that are not there are read. */
  async day(month: string, day: number): Promise<string[]> {
    const ids: string[] = [];
    for (const block of this.library.blocks.filter((one) => one.month === month)) {
      if (!block.days.some((one) => one[0] === day)) continue;
      await this.library.loadBlock(block);
      let at = 0;
      for (const [one, count] of block.days) {
        if (one === day) ids.push(...(block.content?.columns.id.slice(at, at + count) ?? []));
        at += count;
      }
    }
    return ids;
  }

  /** All that the library has, whether it was looked at or not. */
  async all(): Promise<void> {
    if (this.gathering) return;
    this.gathering = true;
    try {
      this.ids = new Set(await allIds(this.library.scope, new AbortController().signal));
    } finally {
      this.gathering = false;
    }
  }
}

export function idOf(place: Place): string {
  return place.block.content?.columns.id[place.index] ?? '';
}
