// A link that everybody follows at once, to a picture that nobody has looked at before, and how often the stores are asked for it.
import { Gallery, hang } from '../gallery.js';
import { seedOf } from '../pure/random.js';
import type { Account, Photo, Settings } from '../types.js';
import type { Recording } from './record.js';

/** Hung just now: it is ready, and in no cache. */
export async function fresh(url: string, owner: Account, seed: number): Promise<Photo> {
  const gallery = new Gallery(url, owner.token);
  const taken = new Date();
  return hang(gallery, seedOf(seed, `link ${String(taken.getTime())}`), taken);
}

/** So many objects of the stores are the linked picture's, as its visitors ask for it. */
export function objectsOf(recordings: readonly Recording[]): number {
  const paths = recordings
    .filter((one) => one.journey === 'follow a link')
    .flatMap(({ groups }) => groups.flatMap(({ requests }) => requests))
    .filter(({ kind, hole }) => kind === 'media' && hole?.place === 0)
    .map(({ path }) => path);
  return new Set(paths).size;
}

/** Objects that all stores together were asked for so far, as Garage counts them; null where that is not known. */
export async function readsOf(stores: Settings['stores']): Promise<number | null> {
  if (stores.length === 0) return null;
  let sum = 0;
  for (const { url, token } of stores) {
    const answer = await fetch(`${url}/metrics`, { headers: { Authorization: `Bearer ${token}` } });
    sum += readsIn(await answer.text());
  }
  return sum;
}

export function readsIn(metrics: string): number {
  const found = /^api_s3_request_counter\{[^}]*api_endpoint="GetObject"[^}]*\} (\d+)/m.exec(metrics);
  return Number(found?.[1] ?? 0);
}
