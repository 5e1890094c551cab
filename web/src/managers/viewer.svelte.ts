// The photo that is looked at, its neighbours, and what its owner may do with it.
import { pause } from '../api/retry';
import { Refusal, type Photo, type PhotoChange, type Visibility } from '../api/client';
import { i18n } from '../i18n/i18n.svelte';
import { photoAddress } from '../router/match';
import { router } from '../router/router.svelte';
import * as service from '../services/photos';
import { monthOf } from '../services/timeline';
import { libraries } from './libraries.svelte';
import type { Library, Place } from './library.svelte';
import { lookAgain } from './lookAgain';
import { notices } from './notices.svelte';

type Deed =
  'trash' | 'restore' | 'erase' | 'show' | 'edit' | 'favour' | 'archive' | 'rate' | 'turn' | 'retry' | 'undo';

export class Viewing {
  #settled = $state(false);
  #left: AbortSignal | undefined;
  #settling: Promise<void> | undefined;
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
  /** The messages that say so. */
  readonly #failed: Partial<Record<Deed, number>> = {};
  /** Seen by the visitor of a share. */
  readonly visited: boolean;

  constructor(
    readonly id: string,
    readonly library: Library,
    /** The page that it is open above. */
    readonly path: string,
  ) {
    this.visited = service.isShare(library.scope);
    const { month } = router.entry;
    if (month) this.place = library.find(id, month);
  }

  async load(signal: AbortSignal): Promise<void> {
    this.#left = signal;
    const known = router.entry.month;
    const placed = known ? this.#locate(known) : Promise.resolve(false);
    try {
      const photo = await this.#get();
      this.photo = photo;
      void this.#untilMade();
    } catch (error) {
      if (!signal.aborted) this.error = error;
    }
    // One whose place is not found is shown all the same, without neighbours.
    if (!(await placed) && this.photo) await this.#search(this.photo, signal).catch(() => undefined);
  }

  /** After it could not be read. */
  async again(): Promise<void> {
    if (!this.#left || this.#left.aborted) return;
    this.error = null;
    await this.load(this.#left);
  }

  /** The page has changed: the photo may stand elsewhere, beside others, and there is somebody again to read it from. */
  async follow(): Promise<void> {
    if (this.error && !this.missing) return this.again();
    const { place, photo, library } = this;
    if (!place) return;
    const now = library.find(this.id, place.block.month);
    if (now) await this.#settle(now);
    else if (photo?.taken_at && !this.busy) await this.#locate(photo.taken_at.slice(0, 7));
  }

  /** Where its file is, for who may have it: of a share only what is its owner's. */
  original(mine: boolean): string | null {
    const { door } = libraries;
    const may = this.visited
      ? door?.allow.download === true && this.photo?.owner.name === door.owner.name
      : mine;
    return may && this.photo ? service.originalUrl(this.id, this.library.scope) : null;
  }

  /** Whether there is more to be told of it than what stands under it. */
  get detailed(): boolean {
    return !this.visited || libraries.door?.allow.details === true;
  }

  /** Once more, after something else has changed it. */
  async read(): Promise<void> {
    try {
      const now = await this.#get();
      if (!this.busy) this.photo = now;
    } catch {
      // What was known of it stays.
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

  /** To a neighbour: the one of now, where the page has just changed. */
  async step(to: 'previous' | 'next'): Promise<void> {
    await this.#settling;
    if (router.route.photo === this.id) this.go(this[to]);
  }

  trash(): Promise<void> {
    const undo = { label: i18n.m.undo, run: () => void this.#attempt('undo', () => this.#bringBack()) };
    return this.#attempt('trash', async () => {
      await service.moveToTrash(this.id);
      notices.say(i18n.m.movedToTrash, undo);
      await this.#leave();
    });
  }

  restore(): Promise<void> {
    return this.#attempt('restore', async () => {
      await this.#bringBack();
      await this.#leave();
    });
  }

  erase(): Promise<void> {
    return this.#attempt('erase', async () => {
      await service.eraseForGood(this.id);
      notices.say(i18n.m.erased);
      await this.#leave();
    });
  }

  show(visibility: Visibility): Promise<void> {
    return this.#attempt('show', async () => {
      this.photo = await service.changePhoto(this.id, { visibility });
      notices.say(visibility === 'public' ? i18n.m.nowPublic : i18n.m.nowPrivate);
    });
  }

  /** What its owner says of it. */
  edit(change: PhotoChange): Promise<void> {
    return this.#attempt('edit', async () => {
      this.photo = await service.changePhoto(this.id, change);
      notices.say(i18n.m.saved);
    });
  }

  favour(): Promise<void> {
    return this.#attempt('favour', async () => {
      if (!this.photo) return;
      const favourite = !this.photo.favourite;
      this.photo = await service.changePhoto(this.id, { favourite });
      notices.say(favourite ? i18n.m.favoured(1) : i18n.m.unfavoured(1));
    });
  }

  /** What is archived leaves one's photos, and what is not leaves the archive: then on to the next one. */
  archive(): Promise<void> {
    return this.#attempt('archive', async () => {
      if (!this.photo) return;
      const archived = !this.photo.archived;
      const done = archived ? i18n.m.archivedMany(1) : i18n.m.unarchivedMany(1);
      await this.#set({ archived }, { archived: !archived }, done);
      if (this.library.scope === (archived ? 'mine' : 'archive')) await this.#leave();
    });
  }

  /** From 1 to 5; null takes it off. */
  rate(rating: number | null): Promise<void> {
    return this.#attempt('rate', async () => {
      const before = this.photo?.rating ?? null;
      if (before === rating) return;
      const done = rating === null ? i18n.m.unrated(1) : i18n.m.rated(1, rating);
      await this.#set({ rating }, { rating: before }, done);
    });
  }

  /** Says so, and offers to undo it. */
  async #set(change: PhotoChange, undo: PhotoChange, done: string): Promise<void> {
    this.photo = await service.changePhoto(this.id, change);
    const back = async (): Promise<void> => {
      this.photo = await service.changePhoto(this.id, undo);
      notices.say(i18n.m.undone(1));
    };
    notices.say(done, { label: i18n.m.undo, run: () => void this.#attempt('undo', back) });
  }

  /** A quarter turn clockwise. */
  turn(): Promise<void> {
    return this.#attempt('turn', async () => {
      if (!this.photo) return;
      const quarters = { 0: 90, 90: 180, 180: 270, 270: 0 } as const;
      this.photo = await service.changePhoto(this.id, { rotation: quarters[this.photo.rotation] });
    });
  }

  /** Once more, for one whose pictures could not be made. */
  retry(): Promise<void> {
    return this.#attempt('retry', async () => {
      this.photo = await service.retryPhoto(this.id);
      void this.#untilMade();
    });
  }

  /** Asks until its pictures are made or have failed; this page does not have to be open for that. */
  async #untilMade(): Promise<void> {
    while (this.photo?.state === 'processing' && !this.#left?.aborted) {
      await pause(1000, this.#left);
      try {
        this.photo = await this.#get();
      } catch {
        return;
      }
    }
  }

  #get(): Promise<Photo> {
    return service.getPhoto(this.id, this.#left, this.library.scope);
  }

  async #bringBack(): Promise<void> {
    await service.restorePhoto(this.id);
    notices.say(i18n.m.restored);
  }

  async #attempt(what: Deed, action: () => Promise<void>): Promise<void> {
    // Of one that is not here yet nobody knows what it needs.
    if (this.busy || !this.photo) return;
    this.busy = true;
    // To do it again is all that was offered where it had failed.
    notices.dismiss(this.#failed[what] ?? 0);
    try {
      await action();
      lookAgain();
    } catch (error) {
      this.#failed[what] = notices.fail(error, () => void this.#attempt(what, action));
    } finally {
      this.busy = false;
    }
  }

  /** The photo is no longer here: on to the next one. */
  async #leave(): Promise<void> {
    await this.#settling;
    const neighbour = this.next ?? this.previous;
    if (neighbour) this.go(neighbour);
    else this.close();
  }

  async #locate(month: string): Promise<boolean> {
    const place = await this.library.locate(this.id, month);
    if (place) await this.#settle(place);
    return place !== null;
  }

  /** In the month of its date, or, without one, in one that its file was made or sent in. */
  async #search(photo: Photo, signal: AbortSignal): Promise<void> {
    if (photo.taken_at) {
      await this.#locate(photo.taken_at.slice(0, 7));
      return;
    }
    await this.library.load();
    const { scope, months } = this.library;
    const month = await monthOf(photo, scope, months, signal);
    if (month && !signal.aborted) await this.#locate(month);
  }

  #settle(place: Place): Promise<void> {
    this.place = place;
    this.#settling = this.#look(place);
    return this.#settling;
  }

  async #look(place: Place): Promise<void> {
    const [previous, next] = await Promise.all([
      this.library.neighbour(place, -1),
      this.library.neighbour(place, 1),
    ]);
    if (this.place !== place) return;
    [this.previous, this.next] = [previous, next];
    this.#settled = true;
  }
}
