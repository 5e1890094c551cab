// Files on their way to the server, some at a time.
import { Unreachable, type Visibility } from '../api/client';
import { i18n } from '../i18n/i18n.svelte';
import { upload } from '../services/upload';
import { libraries } from './libraries.svelte';
import { sentence } from './notices.svelte';

const atOnce = 3;

export type UploadState = 'waiting' | 'sending' | 'added' | 'duplicate' | 'refused' | 'unreachable';

export class Upload {
  state = $state<UploadState>('waiting');
  /** The part that was sent, from 0 to 1. */
  progress = $state(0);
  /** Why it was refused. */
  reason = $state('');

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
  refused = $derived(
    this.list.filter((one) => one.state === 'refused' || one.state === 'unreachable').length,
  );
  #sending = 0;

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

  /** Sends again what did not arrive. What the server refused it would refuse again. */
  retry(): void {
    for (const one of this.list) if (one.state === 'unreachable') one.state = 'waiting';
    this.#pump();
  }

  clear(): void {
    this.list = this.list.filter((one) => one.state === 'waiting' || one.state === 'sending');
  }

  #pump(): void {
    while (this.#sending < atOnce) {
      const next = this.list.find((one) => one.state === 'waiting');
      if (!next) return;
      this.#sending++;
      next.state = 'sending';
      void this.#send(next).finally(() => {
        this.#sending--;
        this.#pump();
      });
    }
  }

  async #send(one: Upload): Promise<void> {
    one.progress = 0;
    one.reason = '';
    try {
      const { duplicate } = await upload(one.file, one.visibility, (part) => {
        one.progress = part;
      });
      one.state = duplicate ? 'duplicate' : 'added';
      libraries.refresh([]);
    } catch (error) {
      one.state = error instanceof Unreachable ? 'unreachable' : 'refused';
      one.reason = error instanceof Unreachable ? i18n.m.uploadUnreachable : sentence(error);
    }
  }
}

export const uploads = new Uploads();
