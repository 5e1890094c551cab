// The albums that one may see. All of them are known at once: what stands in what, and where one may add, needs the whole.
import { Refusal, type Album, type Scope } from '../api/client';
import * as service from '../services/albums';

/** What a person sees of an album: with what stands in it, however deep. */
export interface Shown {
  album: Album;
  cover: Album['cover'];
  /** Photos that stand in it and in those below it. */
  count: number;
  albums: number;
  from: string | null;
  to: string | null;
}

const top = '';
/** The server lets no more stand in one another; a circle, which two people can make at once, ends here too. */
const deepest = 50;

class Albums {
  list = $state.raw<readonly Album[] | null>(null);
  error = $state.raw<unknown>(null);
  #byId = $derived(new Map((this.list ?? []).map((album) => [album.id, album])));
  #below = $derived.by(() => {
    const below = new Map<string, Album[]>();
    for (const album of this.list ?? []) {
      const at = this.#known(album.parent);
      below.set(at, [...(below.get(at) ?? []), album]);
    }
    return below;
  });
  #asked: Promise<void> | null = null;
  #again = false;
  /** Changes that are on their way, and how often one began or ended. */
  #under = 0;
  #changes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Other windows of this browser hear that something has changed. */
  #windows = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('cadre-albums');

  constructor() {
    this.#windows?.addEventListener('message', () => {
      if (this.list) void this.refresh();
    });
  }

  get(id: string | null): Album | undefined {
    return this.#byId.get(id ?? '');
  }

  /** Known not to be there, or not to be for this person. */
  missing(id: string): boolean {
    return this.list !== null && !this.#byId.has(id);
  }

  /** Those that stand in an album, or at the top, with the newest photos first. */
  below(id: string | null): Shown[] {
    const shown = (this.#below.get(id ?? top) ?? []).map((album) => this.#shown(album));
    const age = ({ to, album }: Shown): string => to ?? album.created_at.slice(0, 10);
    return shown.sort((a, b) => age(b).localeCompare(age(a)) || a.album.title.localeCompare(b.album.title));
  }

  /** What an album stands in, from the top; without itself. */
  above(album: Album): Album[] {
    const way: Album[] = [];
    for (let at = this.get(album.parent); at && way.length < deepest; at = this.get(at.parent))
      way.unshift(at);
    return way;
  }

  /** The album and all that stand in it. */
  family(album: Album): Set<string> {
    const ids = new Set([album.id]);
    for (const id of ids) for (const below of this.#below.get(id) ?? []) ids.add(below.id);
    return ids;
  }

  /** Reads the list again; calls while it is read are joined in one more. */
  async refresh(): Promise<void> {
    this.#again = this.#asked !== null;
    this.#asked ??= this.#read().finally(() => (this.#asked = null));
    await this.#asked;
  }

  /** After something that may have changed several: once in a while is enough. */
  refreshSoon(): void {
    if (!this.list || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.refresh();
    }, 1000);
  }

  /** Shows an album as it is, or is about to be. */
  put(album: Album): void {
    const list = this.list ?? [];
    this.list = this.#byId.has(album.id)
      ? list.map((one) => (one.id === album.id ? album : one))
      : [...list, album];
  }

  /** Shows the list without an album; what stood in it moves up. */
  drop(album: Album): void {
    this.list = (this.list ?? [])
      .filter((one) => one.id !== album.id)
      .map((one) => (one.parent === album.id ? { ...one, parent: album.parent } : one));
  }

  /** Sends a change that is shown already. What is read meanwhile may be of before it, and is not shown. */
  async change<T>(send: () => Promise<T>): Promise<T> {
    this.#under++;
    this.#changes++;
    try {
      return await send();
    } finally {
      this.#under--;
      this.#changes++;
      this.#windows?.postMessage('changed');
      void this.refresh();
    }
  }

  /** Somebody else looks now. */
  forget(): void {
    this.list = null;
    this.error = null;
  }

  async #read(): Promise<void> {
    do {
      this.#again = false;
      const begun = this.#changes;
      try {
        const list = await service.listAlbums();
        // The end of a change asks once more.
        if (this.#under === 0 && begun === this.#changes) this.list = list;
        this.error = null;
      } catch (error) {
        // Whose session has ended is told elsewhere.
        if (!(error instanceof Refusal && error.status === 401)) this.error = error;
      }
    } while (this.#again);
  }

  /** Where an album stands: at the top, if one may not see what it stands in. */
  #known(parent: string | null): string {
    return parent !== null && this.#byId.has(parent) ? parent : top;
  }

  #shown(album: Album, depth = 0): Shown {
    const below = depth < deepest ? (this.#below.get(album.id) ?? []) : [];
    const inside = below.map((one) => this.#shown(one, depth + 1));
    const all = [album, ...inside];
    const froms = all.flatMap(({ from }) => from ?? []).sort();
    const tos = all.flatMap(({ to }) => to ?? []).sort();
    return {
      album,
      cover: album.cover ?? inside.find((one) => one.cover)?.cover ?? null,
      count: all.reduce((sum, { count }) => sum + count, 0),
      albums: below.length,
      from: froms[0] ?? null,
      to: tos.at(-1) ?? null,
    };
  }
}

export const albums = new Albums();

/** Whether somebody with a role may add photos, or change the album, as docs/explanation/albums.md has it. */
export const mayAdd = (album: Album | undefined): boolean => album !== undefined && album.role !== 'viewer';
export const mayEdit = (album: Album | undefined): boolean =>
  album?.role === 'owner' || album?.role === 'editor';

/** Its photos, in the order in which it is shown. */
export const scopeOfAlbum = (album: Album): Scope =>
  album.order === 'own' ? `sequence:${album.id}` : `album:${album.id}`;
