// Where a photo was taken, in a line.
import type { Photo } from '../api/client';

/** "Cancale, Brittany, France"; what is said twice, as of Monaco in Monaco, is said once. */
export function placeLine(place: Photo['place']): string {
  if (!place) return '';
  return [...new Set([place.name, place.region, place.country])].filter(Boolean).join(', ');
}
