// What is told of each look-alike, and whether the others of its group have it otherwise.
import type { DuplicateGroup, Photo } from '../../api/client';
import { i18n } from '../../i18n/i18n.svelte';
import { cameraLine } from '../../picture/variant';
import { words } from './messages';

type Name = DuplicateGroup['differs'][number];

export interface Fact {
  name: string;
  value: string;
  differs: boolean;
}

/** What is always told, and what else differs. */
export function factsOf(photo: Photo, differs: readonly Name[]): Fact[] {
  const [m, w] = [i18n.m, words()];
  const other = (...names: Name[]): boolean => names.some((name) => differs.includes(name));
  const yes = (is: boolean): string => (is ? w.yes : w.no);
  const list = (texts: string[]): string => texts.join(', ');
  const always: [string, string, boolean][] = [
    [
      w.pixels,
      `${i18n.number(photo.width)} × ${i18n.number(photo.height)}`,
      other('width', 'height', 'rotation'),
    ],
    [m.size, `${i18n.bytes(photo.size)} · ${format(photo)}`, other('size', 'content_type')],
    [m.date, i18n.taken(photo.taken_at, photo.taken_precision), other('taken_at')],
    [m.file, photo.filename ?? '', other('filename')],
  ];
  const said: [Name, string, string][] = [
    ['title', m.titleField, photo.title],
    ['caption', m.captionField, photo.caption],
    ['tags', m.tags, list(photo.tags)],
    ['albums', w.albums, list(photo.albums.map(({ title }) => title))],
    ['rating', m.rating, photo.rating === null ? '' : m.ofFive(photo.rating)],
    ['favourite', w.favourite, yes(photo.favourite)],
    ['archived', w.archived, yes(photo.archived)],
    ['visibility', w.seenBy, photo.visibility === 'public' ? m.public : m.private],
    ['camera', m.camera, cameraLine(photo.camera, i18n.number)],
    ['location', m.place, placeOf(photo)],
  ];
  return [
    ...always,
    ...said
      .filter(([name]) => other(name))
      .map(([, name, value]): [string, string, boolean] => [name, value, true]),
  ].map(([name, value, different]) => ({ name, value: value || w.none, differs: different }));
}

/** "JPEG" */
function format({ content_type: type }: Photo): string {
  return type.slice(type.indexOf('/') + 1).toUpperCase();
}

function placeOf({ place, location }: Photo): string {
  if (place) return place.name;
  return location ? `${location.lat.toFixed(4)}, ${location.lon.toFixed(4)}` : '';
}
