// "May I delete these?": the comparison that is under way, or the last one. It goes on while one looks at other pages.
import type { Found } from '../../files/found';
import { hasher } from '../../files/hasher';
import { uploads } from '../../managers/uploads.svelte';
import { askKnown } from '../../services/known';
import { compare, nothing, sort, type Left, type Result } from './comparison';

class Check {
  state = $state<'idle' | 'working' | 'done' | 'stopped'>('idle');
  compared = $state(0);
  result = $state.raw<Result>(nothing());
  /** How many are on their way into the gallery. */
  adding = $state(0);
  error = $state.raw<unknown>(null);
  total = $derived(
    this.result.safe.length +
      this.result.trashed.length +
      this.result.missing.length +
      this.result.others.length +
      this.result.unreadable.length,
  );
  #stop = new AbortController();

  async start(files: AsyncIterable<Found> | Iterable<Found>): Promise<void> {
    this.clear();
    const { signal } = this.#stop;
    this.state = 'working';
    try {
      await compare(files, {
        signal,
        hash: (file) => hasher.hash(file).finally(() => signal.aborted || this.compared++),
        // Without an end: the connection comes back, and the files may be many.
        ask: (sha256) => askKnown(sha256, Infinity, signal),
        found: (more) => (this.result = joined(this.result, more)),
      });
      if (!signal.aborted) this.state = 'done';
    } catch (error) {
      if (signal.aborted) return;
      this.error = error;
      this.state = 'stopped';
    }
  }

  stop(): void {
    this.#stop.abort();
    this.state = 'stopped';
  }

  clear(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.state = 'idle';
    this.compared = 0;
    this.adding = 0;
    this.error = null;
    this.result = nothing();
  }

  /** Adds what is missing, and what is in the trash, which comes out of it. */
  addMissing(): void {
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
    const { signal } = this.#stop;
    const files = [...this.result.missing, ...this.result.trashed];
    this.adding = files.length;
    for (const { path, file, sha256 } of files) {
      let counted = false;
      const settled = (): void => {
        if (signal.aborted) return;
        if (!counted) this.adding--;
        counted = true;
        if (this.adding === 0) void this.#lookAgain(signal);
      };
      uploads.add({ path, file, sha256, visibility: 'private', attempts: 0, settled });
    }
  }

  /** That they were sent is not enough: the gallery is asked what it has. */
  async #lookAgain(signal: AbortSignal): Promise<void> {
    const files: Left[] = [...this.result.missing, ...this.result.trashed];
    try {
      const answer = await askKnown(
        files.map((one) => one.sha256),
        Infinity,
        signal,
      );
      if (signal.aborted) return;
      const sorted = nothing();
      sort(files, answer, sorted);
      this.result = joined({ ...this.result, missing: [], trashed: [] }, sorted);
    } catch (error) {
      if (!signal.aborted) this.error = error;
    }
  }
}

function joined(one: Result, other: Result): Result {
  return {
    safe: [...one.safe, ...other.safe],
    trashed: [...one.trashed, ...other.trashed],
    missing: [...one.missing, ...other.missing],
    others: [...one.others, ...other.others],
    unreadable: [...one.unreadable, ...other.unreadable],
  };
}

export const check = new Check();
