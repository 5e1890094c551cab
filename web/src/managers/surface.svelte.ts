// What of a library is on the screen, where each photo stands, and which one has the keyboard.
import { tick } from 'svelte';
import { afterScroll, boxHeight, longest, positionFor, type Position } from '../layout/base';
import {
  boxes,
  estimateHeight,
  frameFor,
  justify,
  lastNotAfter,
  rowOf,
  rowsWithin,
  stack,
  type Rows,
} from '../layout/justified';
import { shelve } from '../layout/shelves';
import type { Entry } from '../router/router.svelte';
import type { Block, Content, Library, Place } from './library.svelte';

/** The space above a month's photos, its heading's. The style sheet of Months has the same. */
const headingHeight = 64;
/** Photos this far outside of the screen are in the document already. */
const margin = 400;
/** The view moves in steps: between them nothing is computed. */
const step = 100;
/** Faster than this many screens a second, pictures are not asked for. */
const flight = 3;
const still = 140;

export interface Row {
  key: string;
  block: Block;
  rows: Rows;
  row: number;
  top: number;
  /** Of the shelf on which its month stands. */
  left: number;
  room: number;
}

interface Plan {
  rows: Rows | null;
  height: number;
}

/** What stays where it is when heights above it turn out to be others. */
interface Held {
  key: string;
  /** The first photo of the row at the top of the screen; -1 where only the block's place is known. */
  index: number;
  /** Of the block's height, for the latter. */
  part: number;
  /** From the top of the screen. */
  offset: number;
}

export class Surface {
  width = $state(0);
  base = $state(0);
  /** The part of the library that is near the screen. */
  band = $state.raw({ from: 0, to: 0 });
  flying = $state(false);
  focused = $state.raw({ key: '', index: 0 });
  /** The row at the top of the screen. */
  first = $state.raw<{ key: string; row: number } | null>(null);
  frame = $derived.by(() => ({ ...frameFor(this.width), ...(this.library.inOrder && { label: 0 }) }));
  plans = $derived.by(() => this.library.blocks.map((block) => this.#plan(block)));
  /** Sparse months stand side by side: those on one shelf have the same top. */
  shelves = $derived.by(() =>
    shelve(
      this.library.blocks.map((block, i) => ({
        width: this.#row(block),
        height: this.plans[i]?.height ?? 0,
      })),
      this.width,
    ),
  );
  tops = $derived(stack(this.shelves.map((one) => one.advance)));
  total = $derived(this.tops[this.tops.length - 1] ?? 0);
  box = $derived(boxHeight(this.total));
  #known = new WeakMap<Content, { width: number; rows: Rows }>();
  #last: Position = { base: 0, scrolled: 0 };
  #moved = 0;
  #quick = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held: Held | null = null;

  constructor(
    readonly library: Library,
    readonly element: () => HTMLElement | undefined,
    /** Called when the page has come to rest. */
    readonly rest: () => void,
  ) {}

  /** Of the library, at the top edge of the screen. */
  get place(): number {
    return this.#last.scrolled + this.base;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Reads where the page is scrolled to. */
  look(): void {
    if (this.width === 0) return;
    const scrolled = this.#scrolled();
    const next = afterScroll(this.#last, scrolled, this.total, innerHeight);
    const moved = Math.abs(next.base + next.scrolled - this.place);
    this.#apply(next, scrolled);
    if (moved > 0) this.#measure(moved);
    this.#cut();
    this.#hold();
  }

  /** What was at the top of the screen stays there, whatever the heights above it have become. */
  keep(): void {
    const place = this.#held && this.#placeOf(this.#held);
    if (place === null || Math.abs(place - this.place) < 0.5) this.#cut();
    else this.#go(place + this.#unseen());
  }

  /** The rows near the screen, and the one that has the keyboard. */
  rows(): Row[] {
    const result: Row[] = [];
    const { from, to } = this.band;
    let kept = false;
    for (const at of this.visible()) {
      const block = this.library.blocks[at];
      const rows = this.plans[at]?.rows;
      if (!block || !rows) continue;
      const top = this.#top(at);
      const [first, end] = rowsWithin(rows, from - top, to - top);
      for (let row = first; row < Math.min(end, rows.heights.length); row++) {
        result.push(this.#drawn(at, block, rows, row));
        kept ||= block.key === this.focused.key && row === rowOf(rows, this.focused.index);
      }
    }
    const at = kept ? -1 : this.library.blocks.findIndex((block) => block.key === this.focused.key);
    const [block, rows] = [this.library.blocks[at], this.plans[at]?.rows];
    if (block && rows && this.focused.index < (block.content?.columns.id.length ?? 0)) {
      const one = this.#drawn(at, block, rows, rowOf(rows, this.focused.index));
      if ((result[0]?.top ?? 0) > one.top) result.unshift(one);
      else result.push(one);
    }
    return result;
  }

  #drawn(at: number, block: Block, rows: Rows, row: number): Row {
    const { left = 0, room = this.width } = this.shelves[at] ?? {};
    const top = this.#top(at) + (rows.tops[row] ?? 0);
    return { key: `${block.key}:${String(row)}`, block, rows, row, top, left, room };
  }

  /** Blocks that touch the band, by their number. */
  visible(more = 0): number[] {
    let first = Math.max(0, lastNotAfter(this.tops, this.band.from - more));
    while (first > 0 && this.tops[first - 1] === this.tops[first]) first--;
    const last = Math.min(this.library.blocks.length - 1, lastNotAfter(this.tops, this.band.to + more));
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  }

  /** The height of the heading above a block. */
  headOf(block: Block | undefined): number {
    return block?.offset === 0 && !this.library.inOrder ? headingHeight : 0;
  }

  top(block: number): number {
    return this.tops[block] ?? 0;
  }

  /** The photo at the top of the screen, and where it stands there: enough to come back to. */
  anchor(): Entry['anchor'] {
    if (this.place <= headingHeight) return null;
    for (const tile of this.element()?.querySelectorAll<HTMLElement>('a[data-id]') ?? []) {
      const { top, bottom } = tile.getBoundingClientRect();
      if (bottom > 60 && top < innerHeight)
        return { id: tile.dataset['id'] ?? '', month: tile.dataset['month'] ?? '', top };
    }
    return undefined;
  }

  /** Scrolls until a photo's top edge is `top` px below the screen's; without `top`, only as far as needed to see it. */
  async show(id: string, month: string, top?: number): Promise<boolean> {
    const place = await this.library.locate(id, month);
    if (!place) return false;
    await tick();
    this.#scrollTo(place, top);
    await tick();
    return true;
  }

  /** All photos of a photo's row. */
  rowIds(place: Place): string[] {
    const found = this.#find(place);
    const ids = place.block.content?.columns.id ?? [];
    return found ? ids.slice(found.rows.starts[found.row], found.rows.starts[found.row + 1]) : [];
  }

  /** The day of the month on which a photo stands. */
  dayOf({ block, index }: Place): number | null {
    let at = 0;
    for (const [day, count] of block.days) {
      at += count;
      if (index < at) return day;
    }
    return null;
  }

  /** The days that begin in a row, with the number of their first photo. */
  daysIn({ block, rows, row }: Pick<Row, 'block' | 'rows' | 'row'>): { day: number; index: number }[] {
    const result: { day: number; index: number }[] = [];
    let at = 0;
    for (const [day, count] of block.days) {
      if (at >= (rows.starts[row] ?? 0) && at < (rows.starts[row + 1] ?? 0)) result.push({ day, index: at });
      at += count;
    }
    return result;
  }

  /** Shows a place of the library at the top of the screen. */
  jump(place: number): void {
    this.#go(Math.max(0, Math.min(place, this.total - innerHeight)));
    this.#settleSoon();
  }

  /** Gives a photo the keyboard. */
  async focus(place: Place): Promise<void> {
    this.focused = { key: place.block.key, index: place.index };
    await tick();
    this.#scrollTo(place);
    await tick();
    this.tile(place)?.focus({ preventScroll: true });
  }

  tile(place: Place): HTMLElement | null {
    const id = place.block.content?.columns.id[place.index];
    return this.element()?.querySelector<HTMLElement>(`a[data-id="${id ?? ''}"]`) ?? null;
  }

  /** The photo that an arrow key, or a key that goes further, leads to. */
  async neighbour(place: Place, key: string): Promise<Place | null> {
    if (key === 'ArrowLeft') return this.library.neighbour(place, -1);
    if (key === 'ArrowRight') return this.library.neighbour(place, 1);
    if (key === 'ArrowUp' || key === 'ArrowDown') return this.#vertical(place, key === 'ArrowUp' ? -1 : 1);
    if (key === 'PageUp' || key === 'PageDown') return this.#page(place, key === 'PageUp' ? -1 : 1);
    const block =
      key === 'Home' ? this.library.blocks[0] : key === 'End' ? this.library.blocks.at(-1) : undefined;
    if (!block) return null;
    await this.library.loadBlock(block);
    return { block, index: key === 'Home' ? 0 : (block.content?.columns.id.length ?? 1) - 1 };
  }

  #left(block: Block): number {
    const at = this.library.blocks.findIndex((one) => one.key === block.key);
    return this.shelves[at]?.left ?? 0;
  }

  async #page(place: Place, direction: -1 | 1): Promise<Place | null> {
    const rows = Math.max(1, Math.floor((innerHeight - 160) / (this.frame.target + this.frame.gap)));
    let at: Place = place;
    for (let i = 0; i < rows; i++) at = (await this.#vertical(at, direction)) ?? at;
    return at;
  }

  async #vertical(place: Place, direction: -1 | 1): Promise<Place | null> {
    const from = this.#find(place);
    if (!from) return null;
    const centre = this.#left(place.block) + from.box.left + from.box.width / 2;
    let row = from.row + direction;
    let { block } = place;
    let { rows } = from;
    if (row < 0 || row >= rows.heights.length) {
      const last = direction < 0 ? 0 : (block.content?.columns.id.length ?? 1) - 1;
      const over = await this.library.neighbour({ block, index: last }, direction);
      await tick();
      const there = over && this.#find(over);
      if (!there) return null;
      ({ block } = over);
      ({ row, rows } = there);
    }
    const candidates = boxes(rows, row, block.content?.aspects ?? [], this.frame.gap);
    const distance = (box: { left: number; width: number }): number =>
      Math.abs(this.#left(block) + box.left + box.width / 2 - centre);
    const nearest = candidates.reduce((best, box) => (distance(box) < distance(best) ? box : best));
    return { block, index: nearest.index };
  }

  /** The width of a whole month in one row; Infinity where that is not all of it. */
  #row({ offset, open, count, days }: Block): number {
    if (offset > 0 || open) return Infinity;
    const { target, gap, width } = this.frame;
    const wide = days.reduce((sum, day) => sum + day[2], 0) * target + (count - 1) * gap;
    return wide < width * 0.7 ? wide : Infinity;
  }

  #plan(block: Block): Plan {
    const { content, days } = block;
    const head = this.headOf(block);
    const estimate = (): number =>
      estimateHeight(
        days.map((day) => day[2]),
        this.frame,
      );
    if (!content || this.width === 0) return { rows: null, height: head + estimate() };
    let known = this.#known.get(content);
    if (known?.width !== this.width) {
      const counts = days.map((day) => day[1]);
      known = { width: this.width, rows: justify(content.aspects, counts, this.frame, block.open) };
      this.#known.set(content, known);
    }
    const { height } = known.rows;
    return { rows: known.rows, height: head + (block.complete ? height : Math.max(height, estimate())) };
  }

  /** The top edge of a block's photos. */
  #top(at: number): number {
    return (this.tops[at] ?? 0) + this.headOf(this.library.blocks[at]);
  }

  #find(place: Place) {
    const at = this.library.blocks.findIndex((block) => block.key === place.block.key);
    const rows = this.plans[at]?.rows;
    if (!rows) return null;
    const row = rowOf(rows, place.index);
    const box = boxes(rows, row, this.library.blocks[at]?.content?.aspects ?? [], this.frame.gap).find(
      (one) => one.index === place.index,
    );
    return box
      ? { rows, row, box, top: this.#top(at) + (rows.tops[row] ?? 0), height: rows.heights[row] ?? 0 }
      : null;
  }

  #scrollTo(place: Place, top?: number): void {
    const found = this.#find(place);
    if (!found) return;
    const now = found.top - this.place;
    // Free of the bars at both edges, and of the day's line.
    const [above, below] = [108, innerHeight - found.height - 72];
    const wanted = top ?? Math.min(Math.max(now, above), Math.max(above, below));
    if (Math.abs(now - wanted) > 0.5) this.#go(this.place + now - wanted);
    this.look();
  }

  /** From the top of the box to the top of the screen. */
  #scrolled(): number {
    return -(this.element()?.getBoundingClientRect().top ?? 0);
  }

  /** Scrolled by somebody since it was last looked at: the event is still to come. At the end the browser scrolls too, where the
   * page has become too short. */
  #unseen(): number {
    const { scrollHeight } = document.documentElement;
    return scrollY + innerHeight >= scrollHeight - 1 ? 0 : this.#scrolled() - this.#last.scrolled;
  }

  #go(place: number): void {
    // What stands above the library can be seen too.
    const next =
      place < 0 || this.total <= longest
        ? { base: 0, scrolled: place }
        : positionFor(place, this.total, innerHeight);
    this.#apply(next, this.#scrolled());
    this.#cut();
    this.#hold();
  }

  #apply(next: Position, scrolled: number): void {
    if (next.base !== this.base) this.base = next.base;
    if (Math.abs(next.scrolled - scrolled) > 0.5) scrollBy(0, next.scrolled - scrolled);
    this.#last = { base: next.base, scrolled: this.#scrolled() };
  }

  #cut(): void {
    const from = Math.floor((this.place - margin) / step) * step;
    const to = Math.ceil((this.place + innerHeight + margin) / step) * step;
    if (from !== this.band.from || to !== this.band.to) this.band = { from, to };
  }

  #measure(moved: number): void {
    const now = performance.now();
    const fast = moved / Math.max(1, now - this.#moved) > (flight * innerHeight) / 1000;
    // A single step, however long, is a jump: what is there is looked at.
    this.#quick = fast && now - this.#moved < 120 ? this.#quick + 1 : 0;
    this.#moved = now;
    const flying = this.#quick >= 2;
    if (flying !== this.flying) this.flying = flying;
    this.#settleSoon();
  }

  #settleSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#quick = 0;
      this.flying = false;
      const ideal = positionFor(this.place, this.total, innerHeight);
      if (this.total > longest && this.place > 0 && Math.abs(ideal.scrolled - this.#last.scrolled) > 5_000)
        this.#go(this.place + this.#unseen());
      this.rest();
    }, still);
  }

  #hold(): void {
    const { place } = this;
    const at = Math.max(0, lastNotAfter(this.tops, place + 60));
    const block = this.library.blocks[at];
    if (!block) return;
    const rows = this.plans[at]?.rows;
    const top = this.#top(at);
    const row = rows ? Math.max(0, rowsWithin(rows, place + 60 - top, place + 60 - top)[0]) : -1;
    if (this.first?.key !== block.key || this.first.row !== row) this.first = { key: block.key, row };
    // At the very top one sees what is new.
    if (place <= headingHeight) this.#held = null;
    else if (rows && row >= 0 && row < rows.heights.length) {
      const offset = top + (rows.tops[row] ?? 0) - place;
      this.#held = { key: block.key, index: rows.starts[row] ?? 0, part: 0, offset };
    } else {
      const height = this.plans[at]?.height ?? 1;
      this.#held = { key: block.key, index: -1, part: (place - (this.tops[at] ?? 0)) / height, offset: 0 };
    }
  }

  /** Where the top of the screen has to be for what is held to stay. */
  #placeOf(held: Held): number | null {
    const at = this.library.blocks.findIndex((block) => block.key === held.key);
    const plan = this.plans[at];
    if (!plan) return null;
    if (held.index < 0 || !plan.rows) return (this.tops[at] ?? 0) + held.part * plan.height - held.offset;
    const row = rowOf(plan.rows, held.index);
    return this.#top(at) + (plan.rows.tops[row] ?? 0) - held.offset;
  }
}
