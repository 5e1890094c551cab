// What the page of places says, in both languages. It comes with it.
import { i18n } from '../../i18n/i18n.svelte';
import type { Language } from '../../i18n/language';

const en = {
  placesEmpty: 'No photograph says where it was taken',
  placesEmptyText:
    'Those with a position stand on this map. Cameras with GPS and phones write it, and it can be set in a photograph’s details.',
  cell: (n: number, formatted: string) =>
    n === 1 ? 'A photograph: look at it' : `${formatted} photographs: look nearer`,
  inView: (n: number, formatted: string) =>
    n === 1 ? 'Look at 1 photograph here' : `Look at ${formatted} photographs here`,
  noneInView: 'No photograph here',
};

const fr: typeof en = {
  placesEmpty: 'Aucune photographie ne dit où elle a été prise',
  placesEmptyText:
    'Celles qui ont une position sont sur cette carte. Les appareils à GPS et les téléphones l’écrivent, et on peut la donner dans les détails d’une photographie.',
  cell: (n, formatted) =>
    n < 2 ? 'Une photographie : la regarder' : `${formatted} photographies : les voir de plus près`,
  inView: (n, formatted) =>
    n < 2 ? 'Regarder 1 photographie ici' : `Regarder ${formatted} photographies ici`,
  noneInView: 'Aucune photographie ici',
};

const messages: Record<Language, typeof en> = { en, fr };

export const words = (): typeof en => messages[i18n.language];
