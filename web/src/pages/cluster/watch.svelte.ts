// Asks once a second how the gallery is, while somebody looks, and keeps what was said last.
import { call, Refusal, Unreachable } from '../../api/client';
import { pause } from '../../api/retry';
import { moved, type Fleet } from './model';

const askEvery = 1000;
const answersWithin = 4000;
/** A master that moved is pointed at for so long. */
const newFor = 20_000;

/** A shard that has a new master, since when and in whose place. */
export interface Move {
  from: string;
  at: number;
}

export class Watch {
  fleet = $state.raw<Fleet | null>(null);
  /** Why there was no answer the last time. */
  error = $state.raw<unknown>(null);
  /** Milliseconds of this page's clock, renewed each second. */
  now = $state(performance.now());
  #answered = $state(0);
  #moves = $state.raw<ReadonlyMap<number, Move>>(new Map());

  /** Who looks is no administrator: asking again does not help. */
  refused = $derived(this.error instanceof Refusal && this.error.status === 403);
  /** Seconds since the last answer. */
  age = $derived(this.fleet ? Math.max(0, this.now - this.#answered) / 1000 : 0);
  moves = $derived(new Map([...this.#moves].filter(([, { at }]) => this.now - at < newFor)));

  /** How old something is now that was `age` seconds old in the last answer. */
  since(age: number): number {
    return age + this.age;
  }

  /** Until the function that is returned is called. */
  start(): () => void {
    const ended = new AbortController();
    const ticks = setInterval(() => (this.now = performance.now()), askEvery);
    ended.signal.addEventListener('abort', () => clearInterval(ticks));
    void this.#run(ended.signal);
    return () => ended.abort();
  }

  async #run(ended: AbortSignal): Promise<void> {
    while (!ended.aborted && !this.refused) {
      const began = performance.now();
      if (!document.hidden) await this.#ask(ended);
      await pause(Math.max(0, began + askEvery - performance.now()), ended);
    }
  }

  async #ask(ended: AbortSignal): Promise<void> {
    const late = AbortSignal.timeout(answersWithin);
    try {
      this.#take(await call('get', '/api/v1/fleet', { signal: AbortSignal.any([ended, late]) }));
    } catch (error) {
      if (!ended.aborted) this.error = late.aborted ? new Unreachable(String(error)) : error;
    }
  }

  #take(fleet: Fleet): void {
    this.now = this.#answered = performance.now();
    this.error = null;
    if (this.fleet) {
      const moves = new Map(this.moves);
      for (const [first, from] of moved(this.fleet, fleet)) moves.set(first, { from, at: this.now });
      this.#moves = moves;
    }
    this.fleet = fleet;
  }
}
