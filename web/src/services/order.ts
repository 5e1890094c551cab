// Moves photos in the own order of an album.
import { call, type AlbumMove } from '../api/client';
import type { Refused } from './bulk';

/** Next to which photo, or at which end. */
export type Spot = { before: string } | { after: string } | { to: 'beginning' | 'end' };

const atOnce = 1000;

/** A thousand a request, each after the one before; those that were not moved, with the reason. */
export async function movePhotos(album: string, photos: readonly string[], spot: Spot): Promise<Refused[]> {
  const refused: Refused[] = [];
  let to = spot;
  for (let i = 0; i < photos.length; i += atOnce) {
    const ids = photos.slice(i, i + atOnce);
    const body: AlbumMove = { ids, ...to };
    const { results } = await call('post', '/api/v1/albums/{id}/order', { path: { id: album }, body });
    let last: string | undefined;
    for (const one of results) {
      if (one.status >= 300) refused.push({ id: one.id, code: one.code, detail: one.detail ?? '' });
      else last = one.id;
    }
    if (last !== undefined) to = { after: last };
  }
  return refused;
}
