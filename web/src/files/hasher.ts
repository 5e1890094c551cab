// Workers that compute SHA-256, as many as it takes and the machine has to spare. They end when there was nothing to do for
// a while.
import type { Answer } from './hash.worker';

const atMost = 4;
const idleFor = 10_000;

/** The file is gone, changed since it was chosen, or not for this user to read. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

interface Job {
  file: File;
  resolve: (sha256: string) => void;
  reject: (error: Error) => void;
}

class Hasher {
  #queue: Job[] = [];
  #idle: Worker[] = [];
  #workers = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Throws Unreadable. */
  hash(file: File): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ file, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    clearTimeout(this.#timer);
    if (this.#queue.length === 0) {
      this.#timer = setTimeout(() => this.#rest(), idleFor);
      return;
    }
    const worker = this.#idle.pop() ?? this.#hire();
    const job = worker && this.#queue.shift();
    if (!worker || !job) return;
    const done = (): void => {
      worker.onmessage = worker.onerror = null;
      this.#next();
    };
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.sha256 === undefined) job.reject(new Unreadable(job.file.name));
      else job.resolve(data.sha256);
      this.#idle.push(worker);
      done();
    };
    worker.onerror = () => {
      job.reject(new Unreadable(job.file.name));
      worker.terminate();
      this.#workers--;
      done();
    };
    worker.postMessage(job.file);
  }

  #hire(): Worker | undefined {
    if (this.#workers >= Math.min(atMost, Math.max(1, navigator.hardwareConcurrency - 1))) return undefined;
    this.#workers++;
    return new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });
  }

  #rest(): void {
    this.#workers -= this.#idle.length;
    for (const worker of this.#idle.splice(0)) worker.terminate();
  }
}

export const hasher = new Hasher();
