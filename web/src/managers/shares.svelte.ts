// One's own shares: read, made, changed and revoked. A change is shown at once, and put back where it is refused.
import type { NewShare, Share, ShareChange } from '../api/client';
import { words } from '../i18n/shares';
import { i18n } from '../i18n/i18n.svelte';
import * as service from '../services/shares';
import { reasons } from './notices.svelte';

/** A link shows so many chosen photos at most, as the server has it. */
export const mostPhotos = 1000;

export class Shares {
  list = $state.raw<readonly Share[] | null>(null);
  error = $state.raw<unknown>(null);
  /** What happened last, and why it did not. */
  said = $state('');
  failure = $state('');

  get(id: string): Share | undefined {
    return this.list?.find((one) => one.id === id);
  }

  async load(): Promise<void> {
    try {
      this.list = await service.listShares();
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  /** The link of an album that was made last and has not ended; null if there is none, or it is not known. */
  async ofAlbum(album: string): Promise<Share | null> {
    await this.load();
    if (this.error) this.failure = reasons(this.error);
    return this.list?.filter((one) => one.album === album && !hasEnded(one)).at(-1) ?? null;
  }

  make(wish: NewShare): Promise<Share | null> {
    return this.#attempt(words().made, async () => {
      const made = await service.createShare(wish);
      this.#put(made);
      return made;
    });
  }

  async change(share: Share, change: ShareChange): Promise<void> {
    const shown: Share = { ...share, allow: { ...share.allow, ...change.allow } };
    this.#put(shown);
    const now = await this.#attempt(i18n.m.saved, () => service.changeShare(share.id, change));
    this.#put(now ?? share);
  }

  /** Whether its link leads nowhere now. */
  async revoke(share: Share): Promise<boolean> {
    const done = await this.#attempt('', async () => {
      await service.revokeShare(share.id);
      return true;
    });
    if (done) this.list = (this.list ?? []).filter(({ id }) => id !== share.id);
    return done === true;
  }

  #put(share: Share): void {
    const list = this.list ?? [];
    this.list = list.some(({ id }) => id === share.id)
      ? list.map((one) => (one.id === share.id ? share : one))
      : [...list, share];
  }

  async #attempt<T>(done: string, send: () => Promise<T>): Promise<T | null> {
    this.said = '';
    this.failure = '';
    try {
      const answer = await send();
      this.said = done;
      return answer;
    } catch (error) {
      this.failure = reasons(error);
      return null;
    }
  }
}

export const hasEnded = ({ expires_at }: Share): boolean =>
  expires_at !== null && Date.parse(expires_at) <= Date.now();
