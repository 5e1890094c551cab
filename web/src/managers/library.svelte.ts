// One scope's photos by month. The months are known at once, what is in them when it is looked at.
import type { MonthColumns, Scope, Timeline, TimelineMonth } from '../api/client';
import { aspectOf } from '../layout/justified';
import { getMonth, getTimeline } from '../services/timeline';

/** What a month holds, and what the layout needs of it. */
export interface MonthContent {
  columns: MonthColumns;
  aspects: Float32Array;
}

export class MonthState {
  content = $state.raw<MonthContent | null>(null);
  error = $state.raw<unknown>(null);
  loading: Promise<void> | null = null;
  readonly aspectSum: number;

  constructor(
    readonly month: string,
    readonly count: number,
    readonly days: TimelineMonth['days'],
  ) {
    this.aspectSum = days.reduce((sum, day) => sum + day[2], 0);
  }

  /** All of it is there: a page may have come with only the first of its photos. */
  get complete(): boolean {
    return (this.content?.columns.id.length ?? -1) >= this.count;
  }

  fill(columns: MonthColumns): void {
    const aspects = Float32Array.from(columns.width, (width, i) =>
      aspectOf(width, columns.height[i] ?? width),
    );
    this.content = { columns, aspects };
  }
}

/** A photo's place in a library. */
export interface Place {
  month: MonthState;
  index: number;
}

export class Library {
  months = $state.raw<MonthState[]>([]);
  total = $state(0);
  status = $state<'new' | 'loading' | 'ready' | 'failed'>('new');
  error = $state.raw<unknown>(null);
  #refreshing: Promise<void> | null = null;
  /** Months to read again in the next round; null when none was asked for. */
  #changed: Set<string> | 'all' | null = null;

  constructor(readonly scope: Scope) {}

  async load(): Promise<void> {
    if (this.status === 'loading' || this.status === 'ready') return;
    this.status = 'loading';
    await this.refresh();
  }

  /** Takes over what came with the page. The rest of a month of which only a part came is asked for. */
  adopt(timeline: Timeline, months: Record<string, MonthColumns>): void {
    this.#merge(timeline);
    for (const month of this.months) {
      const columns = months[month.month];
      if (columns) month.fill(columns);
    }
  }

  async loadMonth(month: MonthState): Promise<void> {
    if (month.complete) return;
    month.loading ??= this.#fetchMonth(month);
    await month.loading;
  }

  /**
   * Reads the list of months again, and of those that were loaded the ones that have other days now or are named as
   * changed. One round at a time; calls meanwhile are joined in the next.
   */
  refresh(changed: readonly string[] | 'all' = 'all'): Promise<void> {
    if (changed === 'all' || this.#changed === 'all') this.#changed = 'all';
    else this.#changed = new Set([...(this.#changed ?? []), ...changed]);
    this.#refreshing ??= this.#refreshAll().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Where a photo stands; its month is loaded for it if need be. */
  async locate(id: string, month: string): Promise<Place | null> {
    await this.load();
    const state = this.months.find((one) => one.month === month);
    if (!state) return null;
    await this.loadMonth(state);
    const index = state.content?.columns.id.indexOf(id) ?? -1;
    return index < 0 ? null : { month: state, index };
  }

  /** The photo before (-1) or after (+1) a place, in the order of the page. */
  async neighbour(place: Place, step: -1 | 1): Promise<Place | null> {
    const index = place.index + step;
    if (index >= 0 && index < (place.month.content?.columns.id.length ?? 0))
      return { month: place.month, index };
    const position = this.months.findIndex((one) => one.month === place.month.month);
    const month = position < 0 ? undefined : this.months[position + step];
    if (!month) return null;
    await this.loadMonth(month);
    const length = month.content?.columns.id.length ?? 0;
    return length > 0 ? { month, index: step > 0 ? 0 : length - 1 } : null;
  }

  /** The loaded month that a photo stands in. */
  monthOf(id: string): string | undefined {
    return this.months.find((month) => month.content?.columns.id.includes(id))?.month;
  }

  async #refreshAll(): Promise<void> {
    while (this.#changed) {
      const changed = this.#changed;
      this.#changed = null;
      try {
        const old = new Map(this.months.map((month) => [month.month, month]));
        const timeline = await getTimeline(this.scope);
        // What stands there stays until what follows it is there: no flicker, nothing jumps.
        const stale = timeline.months.filter(({ month, days }) => {
          const before = old.get(month);
          if (!before?.content) return false;
          return changed === 'all' || changed.has(month) || String(days) !== String(before.days);
        });
        const columns = await Promise.all(stale.map(({ month }) => getMonth(this.scope, month)));
        this.#merge(timeline, old, new Map(stale.map(({ month }, i) => [month, columns[i]])));
        this.error = null;
      } catch (error) {
        this.error = error;
        if (this.status !== 'ready') this.status = 'failed';
      }
    }
  }

  #merge(
    timeline: Timeline,
    old = new Map<string, MonthState>(),
    fresh = new Map<string, MonthColumns | undefined>(),
  ): void {
    this.months = timeline.months.map(({ month, count, days }) => {
      const state = new MonthState(month, count, days);
      const columns = fresh.get(month);
      if (columns) state.fill(columns);
      else state.content = old.get(month)?.content ?? null;
      return state;
    });
    this.total = timeline.total;
    this.status = 'ready';
  }

  async #fetchMonth(month: MonthState): Promise<void> {
    month.error = null;
    try {
      month.fill(await getMonth(this.scope, month.month));
    } catch (error) {
      month.error = error;
    } finally {
      month.loading = null;
    }
  }
}
