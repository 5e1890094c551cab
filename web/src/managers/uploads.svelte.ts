// Files on their way to the server, some at a time. Each is hashed first, and what the gallery has already is not sent. What
// fails in passing is sent again by itself. Nothing here grows with what went well but a number.
import { Refusal, Unreachable, type Visibility } from '../api/client';
import { isPassing, waitBefore } from '../api/retry';
import { isPicture, type Found } from '../files/found';
import { hasher, Unreadable } from '../files/hasher';
import { i18n } from '../i18n/i18n.svelte';
import { askKnown } from '../services/known';
import { photoAddress } from '../router/match';
import { pathOf } from '../router/paths';
import { upload, type Gift, type Sent } from '../services/upload';
import { dialogs } from './dialogs.svelte';
import { libraries } from './libraries.svelte';
import { notices, sentence } from './notices.svelte';
import { sender } from './sender.svelte';
import { summaryOf } from './uploadSummary';

const atOnce = 3;
/** So many are hashed and asked about before those ready are sent; of large files fewer. */
const checkedAtOnce = 100;
const checkedBytes = 256 * 1024 * 1024;
/** Of what went well, the last ones are named. */
const doneShown = 100;

/** One file that waits, or whose sending failed. */
export interface Upload {
  readonly path: string;
  readonly file: File | null;
  readonly visibility: Visibility;
  /** Of a share's visitor: what its owner has is not theirs to know. */
  readonly gift?: Gift;
  /** Hears the photo's id, or null if it was refused or given up; again if it is tried again. */
  readonly settled?: (id: string | null) => void;
  sha256?: string;
  /** How often it was sent in vain. */
  attempts: number;
}

export interface Refused {
  upload: Upload;
  reason: string;
}

export interface Done {
  path: string;
  /** Of the photo's page. */
  address: string;
  duplicate: boolean;
}

/** One on its way. */
export class Sending {
  /** The part that was sent, from 0 to 1. */
  progress = $state(0);
  readonly abort = new AbortController();

  constructor(readonly upload: Upload) {}
}

export class Uploads {
  total = $state(0);
  added = $state(0);
  duplicates = $state(0);
  sending = $state.raw<Sending[]>([]);
  refused = $state.raw<Refused[]>([]);
  /** The last ones, newest first. */
  done = $state.raw<Done[]>([]);
  pending = $derived(this.total - this.added - this.duplicates - this.refused.length);
  /** What is done of all, from 0 to 1. */
  progress = $derived(
    this.total === 0
      ? 0
      : (this.total - this.pending + this.sending.reduce((sum, one) => sum + one.progress, 0)) / this.total,
  );
  /** What stopped all of them for now; null while they are sent. */
  halted = $state<'unreachable' | 'loggedOut' | null>(null);
  /** Files of folders that are no photographs, and were left out. */
  leftOut = $state(0);
  #waiting: Upload[] = [];
  #ready: Upload[] = [];
  /** Each cancellation begins another; what is under way for an earlier one is dropped. */
  #round = 0;
  #checking = false;
  #failures = 0;
  #notice = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    addEventListener('beforeunload', (event) => {
      if (this.pending > 0) event.preventDefault();
    });
    addEventListener('online', () => this.retry());
  }

  /** Of folders, only what the gallery takes. Ends when all were found, which is long before all are sent. */
  async take(
    found: AsyncIterable<Found> | Iterable<Found>,
    visibility: Visibility,
    settled?: Upload['settled'],
  ): Promise<void> {
    for await (const { path, file, inFolder } of found) {
      if (inFolder && file && !isPicture(file)) this.leftOut++;
      else this.add({ path, file, visibility, attempts: 0, ...(settled && { settled }) });
    }
  }

  async give(found: AsyncIterable<Found> | Iterable<Found>, gift: Gift): Promise<void> {
    for await (const { path, file, inFolder } of found) {
      if (inFolder && file && !isPicture(file)) this.leftOut++;
      else this.add({ path, file, visibility: 'private', attempts: 0, gift });
    }
  }

  add(one: Upload): void {
    this.total++;
    this.#waiting.push(one);
    this.#pump();
  }

  /** Sends at once what waits for the connection or for a log-in. */
  retry(): void {
    clearTimeout(this.#timer);
    this.halted = null;
    this.#pump();
  }

  /** What was refused, once more: there may be room now, or the file is back. */
  tryAgain(which: readonly Refused[]): void {
    this.refused = this.refused.filter((one) => !which.includes(one));
    for (const { upload } of which) {
      delete upload.sha256;
      this.#waiting.push({ ...upload, attempts: 0 });
    }
    this.#pump();
  }

  cancel(one: Sending): void {
    one.abort.abort();
  }

  /** What was not sent yet is not. */
  cancelAll(): void {
    this.#round++;
    clearTimeout(this.#timer);
    this.halted = null;
    for (const one of this.sending) one.abort.abort();
    const dropped = [...this.#waiting, ...this.#ready];
    this.#waiting = [];
    this.#ready = [];
    this.total -= dropped.length;
    for (const one of dropped) one.settled?.(null);
  }

  /** Forgets what is done. */
  clear(): void {
    this.total = this.pending;
    this.added = this.duplicates = this.leftOut = 0;
    this.refused = [];
    this.done = [];
  }

  #pump(): void {
    while (this.halted === null && this.sending.length < atOnce && this.#ready.length > 0) {
      const one = new Sending(this.#ready.shift() as Upload);
      this.sending = [...this.sending, one];
      void this.#send(one).finally(() => {
        this.sending = this.sending.filter((other) => other !== one);
        this.#pump();
      });
    }
    if (this.halted === null && !this.#checking && this.#ready.length < atOnce && this.#waiting.length > 0) {
      this.#checking = true;
      void this.#check(this.#nextToCheck()).finally(() => {
        this.#checking = false;
        this.#pump();
      });
    }
  }

  #nextToCheck(): Upload[] {
    let bytes = 0;
    const until = this.#waiting.findIndex((one, index) => {
      bytes += one.file?.size ?? 0;
      return index === checkedAtOnce || (index > 0 && bytes > checkedBytes);
    });
    return this.#waiting.splice(0, until < 0 ? this.#waiting.length : until);
  }

  /** Hashes, and asks which of them are here. Where that cannot be asked, all are sent: the server looks again. */
  async #check(batch: Upload[]): Promise<void> {
    const round = this.#round;
    const readable: Upload[] = [];
    const hash = async (one: Upload): Promise<void> => {
      try {
        if (!one.file) throw new Unreadable(one.path);
        one.sha256 ??= await hasher.hash(one.file);
        readable.push(one);
      } catch {
        if (round === this.#round) this.#refuse(one, i18n.m.uploadUnreadable);
      }
    };
    await Promise.all(batch.map(hash));
    const asked = readable
      .filter((one) => one.attempts === 0 && !one.gift)
      .map((one) => one.sha256 as string);
    const known =
      asked.length === 0
        ? {}
        : await askKnown(asked, 1).then(
            (answer) => answer.known,
            () => ({}),
          );
    if (round !== this.#round) {
      this.total -= readable.length;
      for (const one of readable) one.settled?.(null);
      return;
    }
    for (const one of batch) {
      if (!readable.includes(one)) continue;
      const id = one.gift ? undefined : (known as Record<string, string>)[one.sha256 as string];
      if (id !== undefined) this.#finish(one, id, true);
      else this.#ready.push(one);
    }
  }

  async #send(one: Sending): Promise<void> {
    const { upload: it, abort } = one;
    try {
      const sent = await this.#sendOnce(one);
      this.#failures = 0;
      this.#finish(it, sent.photo.id, sent.duplicate);
      libraries.refresh([]);
    } catch (error) {
      if (abort.signal.aborted) {
        this.total--;
        it.settled?.(null);
      } else if (it.gift && isRefused(error)) this.#refuse(it, sentence(error));
      else if (error instanceof Refusal && error.status === 401) this.#halt(it, 'loggedOut');
      else if (error instanceof Unreadable) this.#refuse(it, i18n.m.uploadUnreadable);
      else if (isPassing(error)) this.#halt(it, 'unreachable', error);
      else this.#refuse(it, sentence(error));
    }
  }

  /** A file that changed or went while it was sent looks like a broken connection: it is told apart. */
  async #sendOnce(one: Sending): Promise<Sent> {
    const { file, visibility, sha256, gift } = one.upload;
    if (!file) throw new Unreadable(one.upload.path);
    try {
      const { signal } = one.abort;
      const progress = (part: number): void => void (one.progress = part);
      return await upload(file, { visibility, sha256, signal, progress, ...(gift && { gift }) });
    } catch (error) {
      if (error instanceof Unreachable && !(await isReadable(file))) throw new Unreadable(file.name);
      throw error;
    }
  }

  #finish(one: Upload, id: string, duplicate: boolean): void {
    if (duplicate) this.duplicates++;
    else this.added++;
    const page = one.gift ? pathOf('share', one.gift.key) : pathOf('mine');
    const done = { path: one.path, address: photoAddress(page, id), duplicate };
    this.done = [done, ...this.done.slice(0, doneShown - 1)];
    one.settled?.(id);
    this.#over();
  }

  #refuse(upload: Upload, reason: string): void {
    this.refused = [...this.refused, { upload, reason }];
    upload.settled?.(null);
    this.#over();
  }

  /** Whoever has not the list open is told when all is done. */
  #over(): void {
    if (this.pending > 0 || dialogs.uploads) return;
    const text = summaryOf(this, i18n.m);
    const action = { label: i18n.m.show, run: (): void => void (dialogs.uploads = true) };
    this.looked();
    this.#notice = this.refused.length > 0 ? notices.warn(text, action) : notices.say(text);
  }

  /** Whoever opens the list needs the message no longer, which would lie above it. */
  looked(): void {
    notices.dismiss(this.#notice);
  }

  #halt(one: Upload, why: 'unreachable' | 'loggedOut', error?: unknown): void {
    one.attempts++;
    // One that fails again and again holds up no other.
    this.#ready.push(one);
    if (this.halted !== null) return;
    this.halted = why;
    if (why === 'unreachable') {
      this.#timer = setTimeout(() => this.retry(), waitBefore(++this.#failures, error));
    }
  }
}

/** Of a gift: locked, or as many as the share takes. To wait does not help soon. */
const isRefused = (error: unknown): boolean =>
  error instanceof Refusal && (error.status === 401 || error.status === 429);

async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

export const uploads = new Uploads();
sender.uploads = uploads;
