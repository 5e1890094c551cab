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
  toList: 'As a list',
  toMap: 'On the map',
  towns: (n: number, formatted: string) => (n === 1 ? '1 town' : `${formatted} towns`),
  townsEmpty: 'No photograph was taken in a town',
  townsEmptyText:
    'Here stand the towns of photographs that have a position, by country. Cameras with GPS and phones write it.',
  townsMore: 'These are the 2,000 towns with the most photographs. The map shows all.',
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
  toList: 'En liste',
  toMap: 'Sur la carte',
  towns: (n, formatted) => (n < 2 ? `${formatted} commune` : `${formatted} communes`),
  townsEmpty: 'Aucune photographie n’a été prise dans une commune',
  townsEmptyText:
    'Ici figurent, pays par pays, les communes des photographies qui ont une position. Les appareils à GPS et les téléphones l’écrivent.',
  townsMore: 'Ce sont les 2 000 communes qui ont le plus de photographies. La carte les montre toutes.',
};

const messages: Record<Language, typeof en> = { en, fr };

export const words = (): typeof en => messages[i18n.language];
