// Files on their way to the server, some at a time. What fails in passing is sent again by itself.
import { Refusal, Unreachable, type Visibility } from '../api/client';
import { isPassing, waitBefore } from '../api/retry';
import { i18n } from '../i18n/i18n.svelte';
import { upload } from '../services/upload';
import { libraries } from './libraries.svelte';
import { sentence } from './notices.svelte';

const atOnce = 3;

export type UploadState = 'waiting' | 'sending' | 'added' | 'duplicate' | 'refused';

export class Upload {
  state = $state<UploadState>('waiting');
  /** The part that was sent, from 0 to 1. */
  progress = $state(0);
  /** Why it was refused, or why it has to wait. */
  reason = $state('');
  /** How often it was sent in vain. */
  attempts = 0;

  constructor(
    readonly file: File,
    readonly visibility: Visibility,
  ) {}
}

class Uploads {
  list = $state.raw<Upload[]>([]);
  pending = $derived(this.list.filter((one) => one.state === 'waiting' || one.state === 'sending').length);
  added = $derived(this.list.filter((one) => one.state === 'added').length);
  duplicates = $derived(this.list.filter((one) => one.state === 'duplicate').length);
  refused = $derived(this.list.filter((one) => one.state === 'refused').length);
  /** What stopped all of them for now; null while they are sent. */
  halted = $state<'unreachable' | 'loggedOut' | null>(null);
  #sending = 0;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    addEventListener('beforeunload', (event) => {
      if (this.pending > 0) event.preventDefault();
    });
    addEventListener('online', () => this.retry());
  }

  add(files: Iterable<File>, visibility: Visibility): void {
    this.list = [...this.list, ...Array.from(files, (file) => new Upload(file, visibility))];
    this.#pump();
  }

  /** Sends at once what waits for the connection or for a log-in. What the server refused it would refuse again. */
  retry(): void {
    clearTimeout(this.#timer);
    this.halted = null;
    this.#pump();
  }

  clear(): void {
    this.list = this.list.filter((one) => one.state === 'waiting' || one.state === 'sending');
  }

  #pump(): void {
    while (this.#sending < atOnce && this.halted === null) {
      const next = this.#next();
      if (!next) return;
      this.#sending++;
      next.state = 'sending';
      void this.#send(next).finally(() => {
        this.#sending--;
        this.#pump();
      });
    }
  }

  /** One that fails again and again holds up no other. */
  #next(): Upload | undefined {
    let next: Upload | undefined;
    for (const one of this.list) {
      if (one.state === 'waiting' && (!next || one.attempts < next.attempts)) next = one;
      if (next?.attempts === 0) break;
    }
    return next;
  }

  async #send(one: Upload): Promise<void> {
    one.progress = 0;
    one.reason = '';
    try {
      const { duplicate } = await upload(one.file, one.visibility, (part) => {
        one.progress = part;
      });
      one.state = duplicate ? 'duplicate' : 'added';
      this.#failures = 0;
      libraries.refresh([]);
    } catch (error) {
      one.reason = error instanceof Unreachable ? i18n.m.uploadUnreachable : sentence(error);
      if (error instanceof Refusal && error.status === 401) this.#halt(one, 'loggedOut');
      else if (isPassing(error)) this.#halt(one, 'unreachable', error);
      else one.state = 'refused';
    }
  }

  #halt(one: Upload, why: 'unreachable' | 'loggedOut', error?: unknown): void {
    one.state = 'waiting';
    one.attempts++;
    if (this.halted !== null) return;
    this.halted = why;
    if (why === 'unreachable') {
      this.#timer = setTimeout(() => this.retry(), waitBefore(++this.#failures, error));
    }
  }
}

export const uploads = new Uploads();
