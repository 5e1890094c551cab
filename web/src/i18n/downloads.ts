// What is said of downloads of many photographs, in both languages. It comes with the first.
import { i18n } from './i18n.svelte';
import type { Language } from './language';

const en = {
  begun: (n: number, formatted: string, size: string) =>
    `The download of ${n === 1 ? 'one photograph' : `${formatted} photographs`} (${size}) has begun. If it breaks off, let it go on in your browser’s list of downloads.`,
  leftOut: (n: number, formatted: string) =>
    n === 1 ? 'One could not be put into it.' : `${formatted} could not be put into it.`,
  othersLeftOut: (n: number, formatted: string) =>
    n === 1
      ? 'One that somebody else added is left out: of it there is only a large picture.'
      : `${formatted} that others added are left out: of them there are only large pictures.`,
  ownersOnly: 'Originals are for their owners alone. Large pictures of these are there for you.',
  tooMany: (most: string) => `Choose at most ${most} photographs at once, or download all.`,
  large: 'Download large pictures',
  preparing: 'The download is being prepared, which takes a while the first time.',
};

const fr: typeof en = {
  begun: (n, formatted, size) =>
    `Le téléchargement ${n < 2 ? 'd’une photographie' : `de ${formatted} photographies`} (${size}) a commencé. S’il s’interrompt, reprenez-le dans la liste des téléchargements de votre navigateur.`,
  leftOut: (n, formatted) =>
    n < 2 ? 'Une n’a pas pu y être mise.' : `${formatted} n’ont pas pu y être mises.`,
  othersLeftOut: (n, formatted) =>
    n < 2
      ? 'Une, ajoutée par quelqu’un d’autre, n’y est pas : seule une grande image en est disponible.'
      : `${formatted}, ajoutées par d’autres, n’y sont pas : seules de grandes images en sont disponibles.`,
  ownersOnly:
    'Les originaux sont réservés à leurs propriétaires. De grandes images de ces photographies vous sont ouvertes.',
  tooMany: (most) => `Choisissez au plus ${most} photographies à la fois, ou téléchargez-les toutes.`,
  large: 'Télécharger de grandes images',
  preparing: 'Le téléchargement se prépare, ce qui prend un moment la première fois.',
};

const messages: Record<Language, typeof en> = { en, fr };

export const words = (): typeof en => messages[i18n.language];
