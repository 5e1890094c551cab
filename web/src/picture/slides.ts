// What the viewer shows of a photo: which files, how large, and how far one may zoom.
import type { MonthColumns, Photo } from '../api/client';
import { originalUrl } from '../services/photos';
import { edgeOf, mediaUrl, type VariantName } from './variant';

export interface Slide {
  id: string;
  key: string;
  width: number;
  height: number;
  hash: string | null;
  /** Without these there is nothing to be seen yet, or never. */
  src?: string;
  srcset?: string;
  /** What the page behind has already, until the sharp one is there. */
  msrc?: string;
}

type Shown = Pick<Photo, 'id' | 'width' | 'height' | 'thumbhash' | 'state'> & { key: string };

const sizes: readonly VariantName[] = ['m', 'l', 'xl'];

/** The sizes that say something new: none after the first that holds all of the photo. */
function variantsOf(longest: number): readonly VariantName[] {
  const enough = sizes.findIndex((name) => edgeOf(name) >= longest);
  return enough < 0 ? sizes : sizes.slice(0, enough + 1);
}

function widthOf(name: VariantName, width: number, height: number): number {
  return Math.max(1, Math.round(width * Math.min(1, edgeOf(name) / Math.max(width, height))));
}

function slide({ id, key, width, height, thumbhash, state }: Shown): Slide {
  const bare = { id, key, width, height, hash: thumbhash };
  if (state !== 'ready') return bare;
  const names = variantsOf(Math.max(width, height));
  const srcset = names.map((name) => `${mediaUrl(key, name)} ${String(widthOf(name, width, height))}w`);
  return {
    ...bare,
    src: mediaUrl(key, names[names.length - 1] ?? 'm'),
    srcset: srcset.join(', '),
    msrc: mediaUrl(key, 'm'),
  };
}

export function slideOfPhoto(photo: Photo): Slide {
  return slide({ ...photo, key: photo.media.key });
}

/** What the page's columns know of it is enough. */
export function slideOfColumns(columns: MonthColumns, i: number): Slide | null {
  const [id, key, state] = [columns.id[i], columns.key[i], columns.state[i]];
  if (id === undefined || key === undefined || state === undefined) return null;
  const [width = 1, height = 1, thumbhash = null] = [
    columns.width[i],
    columns.height[i],
    columns.thumbhash[i] ?? null,
  ];
  return { ...slide({ id, key, width, height, thumbhash: thumbhash ?? '', state }), hash: thumbhash };
}

/** As far as a browser shows the file itself, upright, and it is no burden. */
const shownByBrowsers = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif']);
const mostBytes = 40_000_000;

/** For who zooms in further than our largest picture goes: another line of `srcset`. */
export function originalFor(photo: Photo): string | null {
  const { width, height } = photo;
  if (Math.max(width, height) <= edgeOf('xl') || photo.rotation !== 0 || photo.incomplete) return null;
  if (!shownByBrowsers.has(photo.content_type) || photo.size > mostBytes) return null;
  return `${originalUrl(photo.id)} ${String(width)}w`;
}

/** The width (CSS pixels) from which the largest of our pictures is stretched. */
export function sharpUpTo({ width, height }: Slide, density: number): number {
  return (widthOf('xl', width, height) * 1.1) / density;
}

/** How far a double tap goes, and how far one can go: to the picture's real pixels, and to twice that. */
export function zoomLevels(fit: number, density: number): { secondary: number; max: number } {
  const real = 1 / density;
  // Where a whole photo is larger than life already, there is nothing to see by a tap; fingers may try.
  const secondary = Math.max(real, fit);
  return { secondary, max: Math.max(2 * real, 2 * fit) };
}
