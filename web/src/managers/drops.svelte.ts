// Who takes what is dropped on the window, or pasted: one's photos, or a page that asks for files itself.
import type { Found } from '../files/found';
import { laterOr } from './later';
import { sender } from './sender.svelte';

export interface Taker {
  title: string;
  text: string;
  take: (found: AsyncIterable<Found>) => void;
}

/** Where else that goes what is added while its page is there. */
export interface Into {
  title: string;
  /** Hears the photo of each file; null where there is none. */
  settled: (id: string | null) => void;
}

class Drops {
  /** Set by a page while it is there. */
  taker = $state.raw<Taker | null>(null);
  /** Set by the page of an album. */
  into = $state.raw<Into | null>(null);

  take(found: AsyncIterable<Found>): void {
    const { taker, into } = this;
    if (taker) taker.take(found);
    else
      void laterOr(
        () => into?.settled(null),
        () => sender.fetch(),
      ).then((uploads) => uploads.take(found, 'private', into?.settled));
  }
}

export const drops = new Drops();
