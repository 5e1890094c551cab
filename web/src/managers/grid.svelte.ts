// What of a library is on the screen, where each photo stands, and which one has the keyboard.
import { tick } from 'svelte';
import { boxes, rowOf, stack } from '../layout/justified';
import { gapFor, headingHeight, Planner } from '../layout/plan';
import type { Entry } from '../router/router.svelte';
import type { Library, Place } from './library.svelte';

/** Photos this far outside of the screen are in the document already. */
const margin = 600;
/** The view moves in steps: between them nothing is computed. */
const step = 200;

export class GridView {
  width = $state(0);
  /** The part of the page that is near the screen, from the top of the grid. */
  band = $state.raw({ from: 0, to: 0 });
  focused = $state.raw({ month: '', index: 0 });
  gap = $derived(gapFor(this.width));
  plans = $derived.by(() =>
    this.library.months.map((month) =>
      this.#planner.plan(month.content, month.complete, month.aspectSum, this.width),
    ),
  );
  tops = $derived(stack(this.plans.map((plan) => headingHeight + plan.height)));
  #planner = new Planner();

  constructor(
    readonly library: Library,
    readonly element: () => HTMLElement | undefined,
  ) {}

  /** Reads where the page is scrolled to. */
  look(): void {
    const top = this.element()?.getBoundingClientRect().top ?? 0;
    const from = Math.floor((-top - margin) / step) * step;
    const to = Math.ceil((-top + innerHeight + margin) / step) * step;
    if (from !== this.band.from || to !== this.band.to) this.band = { from, to };
  }

  /** Months that touch the band: the first, and the one after the last. */
  visible(): [number, number] {
    const count = this.library.months.length;
    let first = 0;
    while (first < count - 1 && (this.tops[first + 1] ?? 0) < this.band.from) first++;
    let end = first;
    while (end < count && (this.tops[end] ?? 0) <= this.band.to) end++;
    return [first, end];
  }

  /** The photo at the top of the screen, and where it stands there: enough to come back to. */
  anchor(): Entry['anchor'] {
    for (const tile of this.element()?.querySelectorAll<HTMLElement>('a[data-id]') ?? []) {
      const { top, bottom } = tile.getBoundingClientRect();
      if (bottom > 0) return { id: tile.dataset['id'] ?? '', month: tile.dataset['month'] ?? '', top };
    }
    return undefined;
  }

  /** Scrolls until a photo's top edge is `top` px below the screen's; without `top`, only as far as needed to see it. */
  async show(id: string, month: string, top?: number): Promise<boolean> {
    const place = await this.library.locate(id, month);
    if (!place) return false;
    this.#scrollTo(place, top);
    await tick();
    return true;
  }

  /** Gives a photo the keyboard. */
  async focus(place: Place): Promise<void> {
    this.focused = { month: place.month.month, index: place.index };
    this.#scrollTo(place);
    await tick();
    this.tile(place)?.focus({ preventScroll: true });
  }

  tile(place: Place): HTMLElement | null {
    const id = place.month.content?.columns.id[place.index];
    return this.element()?.querySelector<HTMLElement>(`a[data-id="${id ?? ''}"]`) ?? null;
  }

  /** The photo that an arrow key leads to. */
  async neighbour(place: Place, key: string): Promise<Place | null> {
    if (key === 'ArrowLeft') return this.library.neighbour(place, -1);
    if (key === 'ArrowRight') return this.library.neighbour(place, 1);
    if (key === 'ArrowUp' || key === 'ArrowDown') return this.#vertical(place, key === 'ArrowUp' ? -1 : 1);
    const month =
      key === 'Home' ? this.library.months[0] : key === 'End' ? this.library.months.at(-1) : undefined;
    if (!month) return null;
    await this.library.loadMonth(month);
    return { month, index: key === 'Home' ? 0 : (month.content?.columns.id.length ?? 1) - 1 };
  }

  async #vertical(place: Place, direction: -1 | 1): Promise<Place | null> {
    const from = this.#find(place);
    if (!from) return null;
    const centre = from.box.left + from.box.width / 2;
    const rowCount = from.rows.heights.length;
    let row = from.row + direction;
    let month = place.month;
    let rows = from.rows;
    if (row < 0 || row >= rowCount) {
      const last = direction < 0 ? 0 : (month.content?.columns.id.length ?? 1) - 1;
      const over = await this.library.neighbour({ month, index: last }, direction);
      const there = over && this.#find(over);
      if (!there) return null;
      ({ month } = over);
      ({ row, rows } = there);
    }
    const candidates = boxes(rows, row, month.content?.aspects ?? [], this.gap);
    const distance = (box: { left: number; width: number }): number =>
      Math.abs(box.left + box.width / 2 - centre);
    const nearest = candidates.reduce((best, box) => (distance(box) < distance(best) ? box : best));
    return { month, index: nearest.index };
  }

  #find(place: Place) {
    const position = this.library.months.findIndex((month) => month.month === place.month.month);
    const rows = this.plans[position]?.rows;
    if (!rows) return null;
    const row = rowOf(rows, place.index);
    const box = boxes(rows, row, place.month.content?.aspects ?? [], this.gap).find(
      (one) => one.index === place.index,
    );
    const top = (this.tops[position] ?? 0) + headingHeight + (rows.tops[row] ?? 0);
    return box ? { rows, row, box, top, height: rows.heights[row] ?? 0 } : null;
  }

  #scrollTo(place: Place, top?: number): void {
    const found = this.#find(place);
    if (!found) return;
    const now = (this.element()?.getBoundingClientRect().top ?? 0) + found.top;
    const wanted =
      top ?? Math.min(Math.max(now, headingHeight), Math.max(0, innerHeight - found.height - 16));
    if (now !== wanted) scrollBy(0, now - wanted);
    this.look();
  }
}
