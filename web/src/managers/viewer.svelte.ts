// The photo that is looked at, its neighbours, and what its owner may do with it.
import { pause } from '../api/retry';
import { Refusal, type Photo, type PhotoChange, type Visibility } from '../api/client';
import { i18n } from '../i18n/i18n.svelte';
import { photoAddress } from '../router/match';
import { router } from '../router/router.svelte';
import * as service from '../services/photos';
import { libraries } from './libraries.svelte';
import type { Library, Place } from './library.svelte';
import { notices } from './notices.svelte';

export class Viewing {
  #settled = $state(false);
  #left: AbortSignal | undefined;
  photo = $state.raw<Photo | null>(null);
  /** What the library knows of it, drawn until the photo itself is here. */
  place = $state.raw<Place | null>(null);
  previous = $state.raw<Place | null>(null);
  next = $state.raw<Place | null>(null);
  /** Known only once its place is: nothing stands before it, after it. */
  isFirst = $derived(this.place !== null && this.#settled && this.previous === null);
  isLast = $derived(this.place !== null && this.#settled && this.next === null);
  error = $state.raw<unknown>(null);
  missing = $derived(this.error instanceof Refusal && this.error.status === 404);
  busy = $state(false);

  constructor(
    readonly id: string,
    readonly library: Library,
    /** The page that it is open above. */
    readonly path: string,
  ) {}

  async load(signal: AbortSignal): Promise<void> {
    this.#left = signal;
    const known = router.entry.month;
    if (known) await this.#place(known);
    try {
      const photo = await service.getPhoto(this.id, signal);
      this.photo = photo;
      void this.#untilMade();
      if (!known && photo.taken_at) await this.#place(photo.taken_at.slice(0, 7));
    } catch (error) {
      if (!signal.aborted) this.error = error;
    }
  }

  close(): void {
    if (router.entry.opened) history.back();
    else router.go(this.path, { replace: true });
  }

  go(place: Place | null): void {
    const id = place?.block.content?.columns.id[place.index];
    if (!place || id === undefined) return;
    router.go(photoAddress(this.path, id), {
      replace: true,
      entry: { ...router.entry, month: place.block.month },
    });
  }

  trash(): Promise<void> {
    const undo = { label: i18n.m.undo, run: () => void this.#attempt(() => this.#bringBack()) };
    return this.#attempt(async () => {
      await service.moveToTrash(this.id);
      notices.say(i18n.m.movedToTrash, undo);
      this.#leave();
    });
  }

  restore(): Promise<void> {
    return this.#attempt(async () => {
      await this.#bringBack();
      this.#leave();
    });
  }

  erase(): Promise<void> {
    return this.#attempt(async () => {
      await service.eraseForGood(this.id);
      notices.say(i18n.m.erased);
      this.#leave();
    });
  }

  show(visibility: Visibility): Promise<void> {
    return this.#attempt(async () => {
      this.photo = await service.changePhoto(this.id, { visibility });
      notices.say(visibility === 'public' ? i18n.m.nowPublic : i18n.m.nowPrivate);
    });
  }

  /** What its owner says of it. */
  edit(change: PhotoChange): Promise<void> {
    return this.#attempt(async () => {
      this.photo = await service.changePhoto(this.id, change);
      notices.say(i18n.m.saved);
    });
  }

  favour(): Promise<void> {
    return this.#attempt(async () => {
      if (!this.photo) return;
      const favourite = !this.photo.favourite;
      this.photo = await service.changePhoto(this.id, { favourite });
      notices.say(favourite ? i18n.m.favoured(1) : i18n.m.unfavoured(1));
    });
  }

  /** A quarter turn clockwise. */
  turn(): Promise<void> {
    return this.#attempt(async () => {
      if (!this.photo) return;
      const quarters = { 0: 90, 90: 180, 180: 270, 270: 0 } as const;
      this.photo = await service.changePhoto(this.id, { rotation: quarters[this.photo.rotation] });
    });
  }

  /** Once more, for one whose pictures could not be made. */
  retry(): Promise<void> {
    return this.#attempt(async () => {
      this.photo = await service.retryPhoto(this.id);
      void this.#untilMade();
    });
  }

  /** Asks until its pictures are made or have failed; this page does not have to be open for that. */
  async #untilMade(): Promise<void> {
    while (this.photo?.state === 'processing' && !this.#left?.aborted) {
      await pause(1000, this.#left);
      try {
        this.photo = await service.getPhoto(this.id, this.#left);
      } catch {
        return;
      }
    }
  }

  async #bringBack(): Promise<void> {
    await service.restorePhoto(this.id);
    notices.say(i18n.m.restored);
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await action();
      libraries.refresh('all');
    } catch (error) {
      notices.fail(error, () => void this.#attempt(action));
    } finally {
      this.busy = false;
    }
  }

  /** The photo is no longer here: on to the next one. */
  #leave(): void {
    const neighbour = this.next ?? this.previous;
    if (neighbour) this.go(neighbour);
    else this.close();
  }

  async #place(month: string): Promise<void> {
    this.place = await this.library.locate(this.id, month);
    if (!this.place) return;
    [this.previous, this.next] = await Promise.all([
      this.library.neighbour(this.place, -1),
      this.library.neighbour(this.place, 1),
    ]);
    this.#settled = true;
  }
}
