// What searching says, in both languages. It comes with the field and the page.
import { i18n } from './i18n.svelte';
import type { Language } from './language';

const en = {
  search: 'Search',
  searchHint: 'Words, a place, a year, tag:…',
  clear: 'Empty the field',
  suggestions: 'Suggestions',
  counted: (n: number) => i18n.number(n),
  kinds: {
    tag: 'Tag',
    album: 'Album',
    camera: 'Camera',
    lens: 'Lens',
    place: 'Place',
    country: 'Country',
    year: 'Year',
  } as Record<string, string>,
  searchTitle: 'Search',
  found: (n: number, formatted: string) => (n === 1 ? '1 photograph' : `${formatted} photographs`),
  foundMore: (formatted: string) => `More than ${formatted} photographs`,
  shownOf: (shown: string, total: string) =>
    `The newest ${shown} of ${total} are shown. A word or a filter more finds fewer.`,
  nothing: 'Nothing was found',
  nothingText: 'A word less may find it. Endings, accents and one typing error do not matter.',
  ask: 'What are you looking for?',
  askText:
    'Words of titles, captions, tags, albums, cameras and places; “quotes” keep words together, a minus leaves out.',
  examples: ['is:favourite', 'has:location', 'year:2024', 'rating:4-5', 'type:heic', '-is:public'],
  takeOff: (filter: string) => `Take off ${filter}`,
  because: 'Found by',
  reasons: {
    title: 'its title',
    caption: 'its caption',
    tags: 'a tag',
    album: 'an album',
    filename: 'its file’s name',
    camera: 'its camera',
    lens: 'its lens',
    place: 'its place',
    country: 'its country',
    date: 'its date',
  } as Record<string, string>,
};

const fr: typeof en = {
  search: 'Rechercher',
  searchHint: 'Des mots, un lieu, une année, tag:…',
  clear: 'Vider le champ',
  suggestions: 'Suggestions',
  counted: (n) => i18n.number(n),
  kinds: {
    tag: 'Étiquette',
    album: 'Album',
    camera: 'Appareil',
    lens: 'Objectif',
    place: 'Lieu',
    country: 'Pays',
    year: 'Année',
  },
  searchTitle: 'Recherche',
  found: (n, formatted) => (n < 2 ? `${formatted} photographie` : `${formatted} photographies`),
  foundMore: (formatted) => `Plus de ${formatted} photographies`,
  shownOf: (shown, total) =>
    `Les ${shown} plus récentes de ${total} sont affichées. Un mot ou un filtre de plus en trouve moins.`,
  nothing: 'Rien n’a été trouvé',
  nothingText:
    'Un mot de moins la trouvera peut-être. Les terminaisons, les accents et une faute de frappe ne comptent pas.',
  ask: 'Que cherchez-vous ?',
  askText:
    'Des mots des titres, légendes, étiquettes, albums, appareils et lieux ; des guillemets gardent des mots ensemble, un signe moins exclut.',
  examples: ['is:favourite', 'has:location', 'year:2024', 'rating:4-5', 'type:heic', '-is:public'],
  takeOff: (filter) => `Retirer ${filter}`,
  because: 'Trouvée par',
  reasons: {
    title: 'son titre',
    caption: 'sa légende',
    tags: 'une étiquette',
    album: 'un album',
    filename: 'le nom de son fichier',
    camera: 'son appareil',
    lens: 'son objectif',
    place: 'son lieu',
    country: 'son pays',
    date: 'sa date',
  },
};

const messages: Record<Language, typeof en> = { en, fr };

export const words = (): typeof en => messages[i18n.language];
