// Whether anything is sent, for pages that are there before the code which sends: that is fetched after the first pictures, or
// when files are given before.
import { later } from '../services/later';
import type { Uploads } from './uploads.svelte';

class Sender {
  /** Set by uploads.svelte.ts when it is there. */
  uploads = $state.raw<Uploads | null>(null);

  /** Throws Unreachable. */
  async fetch(): Promise<Uploads> {
    return this.uploads ?? (await later(() => import('./uploads.svelte'))).uploads;
  }
}

export const sender = new Sender();
