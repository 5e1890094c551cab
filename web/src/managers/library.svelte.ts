// One scope's photos, in blocks of a month or a part of one. The blocks are known at once, what is in them when it is near
// the screen.
import { Refusal, type MonthColumns, type Scope, type Timeline, type TimelineMonth } from '../api/client';
import { aspectOf } from '../layout/justified';
import { blockSize, getPage, getTimeline } from '../services/timeline';
import { isSequence, wholeOrder } from '../services/sequence';
import { blocksOf, select, type Days } from './blocks';

/** What a block holds, and what the layout needs of it. */
export interface Content {
  columns: MonthColumns;
  aspects: Float32Array;
}

/** So many photos stay in memory; those that were not looked at for longest go. */
const kept = 15_000;

/** So often a photo is looked for while its month changes. */
const looks = 5;

export class Block {
  content = $state.raw<Content | null>(null);
  error = $state.raw<unknown>(null);
  /** `needed`: somebody waits for it, wherever the screen goes. */
  loading: { done: Promise<void>; abort: AbortController; needed: boolean } | null = null;
  /** What is drawn is of before a change; it is read again when it is near the screen. */
  stale = false;
  used = 0;

  constructor(
    readonly month: string,
    /** Of its first photo in the month. */
    readonly offset: number,
    readonly count: number,
    readonly days: Days,
    /** More of the month follows in the next block. */
    readonly open: boolean,
  ) {}

  get key(): string {
    return `${this.month}/${String(this.offset)}`;
  }

  /** All that the server has of it is there: a page may have come with only the first of its photos. */
  complete = false;

  fill(columns: MonthColumns, whole = true): void {
    const aspects = Float32Array.from(columns.width, (width, i) =>
      aspectOf(width, columns.height[i] ?? width),
    );
    this.content = { columns, aspects };
    this.stale = false;
    this.complete = whole;
    this.used = performance.now();
  }
}

/** A photo's place in a library. */
export interface Place {
  block: Block;
  index: number;
}

export class Library {
  blocks = $state.raw<Block[]>([]);
  months = $state.raw<TimelineMonth[]>([]);
  /** So many photos are in each month. */
  counts = $derived(new Map(this.months.map(({ month, count }) => [month, count])));
  total = $state(0);
  status = $state<'new' | 'loading' | 'ready' | 'failed'>('new');
  error = $state.raw<unknown>(null);
  #refreshing: Promise<void> | null = null;
  /** Months to read again in the next round; null when none was asked for. */
  #changed: Set<string> | 'all' | null = null;
  #wanted: ReadonlySet<string> = new Set();
  #left = false;
  /** Of what was read last. */
  #version = '';
  /** What somebody is about to change is not read meanwhile. */
  #held = 0;
  /** How often that began or ended. */
  #holds = 0;

  constructor(readonly scope: Scope) {}

  /** Without months and days: it is an album in its own order. */
  get inOrder(): boolean {
    return isSequence(this.scope);
  }

  /** Ends when it is there, or could not be had, whoever began. */
  async load(): Promise<void> {
    if (this.status === 'ready' && this.#left) void this.refresh();
    this.#left = false;
    if (this.status === 'ready') return;
    if (this.status === 'loading') return this.#refreshing ?? undefined;
    this.status = 'loading';
    await this.refresh();
  }

  /** Nobody shows it, nor hears what changes: who comes back looks again. */
  leave(): void {
    this.#left = true;
  }

  /** Takes over what came with the page. The rest of a month of which only a part came is asked for. */
  adopt(timeline: Timeline, months: Record<string, MonthColumns>): void {
    this.#merge(timeline, new Set(), []);
    for (const block of this.blocks) {
      const columns = months[block.month];
      if (columns && block.offset === 0) {
        block.fill(select(columns, 0, block.count), columns.id.length >= block.count);
      }
    }
  }

  /** What is near the screen, nearest first: it is read, and what is no longer near is not waited for. */
  want(blocks: readonly Block[]): void {
    this.#wanted = new Set(blocks.map((block) => block.key));
    for (const block of this.blocks) {
      if (block.loading && !block.loading.needed && !this.#wanted.has(block.key)) block.loading.abort.abort();
    }
    const now = performance.now();
    for (const block of blocks) {
      block.used = now;
      if (!block.error) this.#start(block, false);
    }
    this.#forget();
  }

  async loadBlock(block: Block): Promise<void> {
    this.#start(block, true);
    await block.loading?.done;
  }

  /**
   * Reads the list of months again. Of those that have other days now, or are named as changed, what is near the screen is
   * read again at once, and the rest when it comes near. One round at a time; calls meanwhile are joined in the next.
   */
  refresh(changed: readonly string[] | 'all' = 'all'): Promise<void> {
    this.#join(this.inOrder ? 'all' : changed);
    if (this.#held > 0) return Promise.resolve();
    this.#refreshing ??= this.#refreshAll().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Reads again, if anything has changed between the last reading and now. */
  async catchUp(): Promise<void> {
    await this.#refreshing;
    const now = await getTimeline(this.scope).catch(() => null);
    if (now && this.status === 'ready' && now.version !== this.#version) await this.refresh();
  }

  /** Shows what it shows until that is done; then it is read again. */
  async hold<T>(until: Promise<T>): Promise<T> {
    this.#held++;
    this.#holds++;
    try {
      return await until;
    } finally {
      this.#held--;
      this.#holds++;
      void this.refresh();
    }
  }

  /** Where a photo stands, of what is loaded. */
  find(id: string, month: string): Place | null {
    if (this.inOrder) month = wholeOrder;
    for (const block of this.blocks) {
      const index = block.month === month ? (block.content?.columns.id.indexOf(id) ?? -1) : -1;
      if (index >= 0) return { block, index };
    }
    return null;
  }

  /** Where a photo stands; blocks of its month are loaded until it is found. */
  async locate(id: string, month: string): Promise<Place | null> {
    if (this.inOrder) month = wholeOrder;
    await this.load();
    for (let look = 0; look < looks; look++) {
      const { blocks } = this;
      for (const block of [null, ...blocks.filter((one) => one.month === month)]) {
        if (block) await this.loadBlock(block);
        const place = this.find(id, month);
        if (place) return place;
      }
      // Where others have taken their places meanwhile, what was loaded is not what is shown.
      if (blocks === this.blocks) break;
    }
    return null;
  }

  /** How many stand before a place in the order of the page; -1 for a place that is no longer. */
  numberOf({ block, index }: Place): number {
    let before = 0;
    for (const one of this.blocks) {
      if (one.key === block.key) return before + index;
      before += one.count;
    }
    return -1;
  }

  /** The place after so many others; null where there is none. What stands there may have to be loaded. */
  at(number: number): Place | null {
    let before = 0;
    for (const block of this.blocks) {
      if (number < before + block.count) return number < 0 ? null : { block, index: number - before };
      before += block.count;
    }
    return null;
  }

  /** The photo before (-1) or after (+1) a place, in the order of the page. */
  async neighbour(place: Place, step: -1 | 1): Promise<Place | null> {
    const index = place.index + step;
    if (index >= 0 && index < (place.block.content?.columns.id.length ?? 0))
      return { block: place.block, index };
    const at = this.blocks.findIndex((one) => one.key === place.block.key);
    const block = at < 0 ? undefined : this.blocks[at + step];
    if (!block) return null;
    await this.loadBlock(block);
    const length = block.content?.columns.id.length ?? 0;
    return length > 0 ? { block, index: step > 0 ? 0 : length - 1 } : null;
  }

  /** The loaded block that a photo stands in. */
  blockOf(id: string): Block | undefined {
    return this.blocks.find((block) => block.content?.columns.id.includes(id));
  }

  /** Shows at once what is being asked of the server: without these photos. */
  drop(ids: ReadonlySet<string>): void {
    let gone = 0;
    this.blocks = this.blocks.flatMap((block) => {
      const { content } = block;
      const keep = content?.columns.id.flatMap((id, i) => (ids.has(id) ? [] : [i]));
      if (!content || !keep || keep.length === content.columns.id.length) return [block];
      const lost = content.columns.id.length - keep.length;
      gone += lost;
      if (block.count === lost) return [];
      const days: Days = [];
      let at = 0;
      for (const [day, count, sum] of block.days) {
        const left = keep.filter((i) => i >= at && i < at + count).length;
        if (left > 0) days.push([day, left, (sum * left) / count]);
        at += count;
      }
      const less = new Block(block.month, block.offset, block.count - lost, days, block.open);
      less.fill(select(content.columns, keep));
      less.stale = true;
      less.used = block.used;
      return [less];
    });
    this.total -= gone;
  }

  /** Shows at once that these photos are favourites, or are not. */
  mark(ids: ReadonlySet<string>, favourite: boolean): void {
    for (const block of this.blocks) {
      if (!block.content?.columns.id.some((id) => ids.has(id))) continue;
      const { columns, aspects } = block.content;
      const marks = columns.favourite.map((old, i) => (ids.has(columns.id[i] ?? '') ? favourite : old));
      block.content = { columns: { ...columns, favourite: marks }, aspects };
    }
  }

  #join(changed: Iterable<string> | 'all'): void {
    if (changed === 'all' || this.#changed === 'all') this.#changed = 'all';
    else this.#changed = new Set([...(this.#changed ?? []), ...changed]);
  }

  async #refreshAll(): Promise<void> {
    let failed = false;
    while (this.#changed && !failed) {
      const changed = this.#changed;
      const holds = this.#holds;
      this.#changed = null;
      try {
        const old = this.blocks;
        const timeline = await getTimeline(this.scope);
        const days = new Map(this.months.map((month) => [month.month, String(month.days)]));
        const touched = new Set(
          timeline.months
            .filter(
              ({ month, days: now }) =>
                changed === 'all' || changed.has(month) || days.get(month) !== String(now),
            )
            .map(({ month }) => month),
        );
        // What stands there stays until what follows it is there: no flicker, nothing jumps.
        const near = blocksOf(timeline.months, blockSize).filter(
          (block) => touched.has(block.month) && this.#isNear(block, old),
        );
        const pages = await Promise.all(
          near.map((block) => getPage(this.scope, block.month, block.offset, block.count)),
        );
        // What was read is of before what is shown now.
        if (holds !== this.#holds) {
          this.#join(changed);
          if (this.#held > 0) return;
          continue;
        }
        this.#merge(timeline, touched, old);
        const fresh = new Map(near.map((block, i) => [`${block.month}/${String(block.offset)}`, pages[i]]));
        for (const block of this.blocks) {
          const columns = fresh.get(block.key);
          if (columns) block.fill(columns);
          // Somebody has moved some of it while it was read.
          if (this.inOrder && columns && columns.id.length < block.count) this.#join('all');
        }
        this.error = null;
      } catch (error) {
        this.error = error;
        if (this.status !== 'ready') this.status = 'failed';
        // Whoever asked meanwhile has reason to; else the next round reads what this one should have.
        failed = this.#changed === null;
        this.#join(changed);
      }
    }
  }

  #isNear({ month, offset }: { month: string; offset: number }, old: readonly Block[]): boolean {
    const key = `${month}/${String(offset)}`;
    return this.#wanted.has(key) && old.some((block) => block.key === key && block.content !== null);
  }

  #merge(timeline: Timeline, touched: ReadonlySet<string>, old: readonly Block[]): void {
    const before = new Map(old.map((block) => [block.key, block]));
    this.blocks = blocksOf(timeline.months, blockSize).map(({ month, offset, count, days, open }) => {
      const was = before.get(`${month}/${String(offset)}`);
      if (was && was.count === count && !touched.has(month)) return was;
      const block = new Block(month, offset, count, days, open);
      if (was?.content) {
        block.content = was.content;
        block.complete = was.complete;
        block.stale = true;
        block.used = was.used;
      }
      return block;
    });
    this.#version = timeline.version;
    this.months = timeline.months;
    this.total = timeline.total;
    this.status = 'ready';
  }

  #start(block: Block, needed: boolean): void {
    if (block.complete && !block.stale) return;
    // One that was given up, and has not ended yet, brings nothing.
    if (!block.loading || block.loading.abort.signal.aborted) {
      const abort = new AbortController();
      block.loading = { done: Promise.resolve(), abort, needed };
      block.loading.done = this.#fetch(block, abort.signal);
    }
    block.loading.needed ||= needed;
  }

  async #fetch(block: Block, signal: AbortSignal): Promise<void> {
    block.error = null;
    try {
      const columns = await getPage(this.scope, block.month, block.offset, block.count, signal);
      block.fill(columns);
      // It is another month by now than the list says.
      if (columns.id.length < block.count) void this.refresh([block.month]);
    } catch (error) {
      if (!signal.aborted) block.error = error;
      if (error instanceof Refusal && error.status === 404) void this.refresh([block.month]);
    } finally {
      if (block.loading?.abort.signal === signal) block.loading = null;
    }
  }

  #forget(): void {
    const loaded = this.blocks.filter((block) => block.content && !this.#wanted.has(block.key));
    let photos = loaded.reduce((sum, block) => sum + block.count, 0);
    if (photos <= kept) return;
    for (const block of loaded.sort((a, b) => a.used - b.used)) {
      block.content = null;
      block.complete = false;
      photos -= block.count;
      if (photos <= kept) return;
    }
  }
}
