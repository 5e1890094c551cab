// What stands in an album.
import { call } from '../api/client';
import type { Refused } from './bulk';

const atOnce = 1000;

/** Where photos stand in an album's own order, by their ids; those that nobody moved are not in it. */
export type Places = Map<string, string>;

/**
 * Puts photos in, or takes them out, a thousand a request; those for which it was refused, with the reason. What is taken
 * out leaves its place in `places`, and what is put in gets it back from there.
 */
export async function changeAlbumPhotos(
  id: string,
  way: 'add' | 'remove',
  photos: readonly string[],
  places: Places = new Map(),
): Promise<Refused[]> {
  const refused: Refused[] = [];
  for (let i = 0; i < photos.length; i += atOnce) {
    const some = photos.slice(i, i + atOnce);
    const known = some.flatMap((photo): [string, string][] => {
      const place = places.get(photo);
      return place === undefined ? [] : [[photo, place]];
    });
    const body = {
      [way]: some,
      ...(way === 'add' && known.length > 0 && { places: Object.fromEntries(known) }),
    };
    const { results } = await call('post', '/api/v1/albums/{id}/photos', { path: { id }, body });
    for (const one of results) {
      if (one.place !== undefined) places.set(one.id, one.place);
      if (one.status >= 300) refused.push({ id: one.id, code: one.code, detail: one.detail ?? '' });
    }
  }
  return refused;
}
