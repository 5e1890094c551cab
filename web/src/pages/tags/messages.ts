// What the pages of tags say, in both languages. It comes with them, so that visitors do not load it.
import { i18n } from '../../i18n/i18n.svelte';
import type { Language } from '../../i18n/language';

const en = {
  tagCount: (n: number, formatted: string) => (n === 1 ? '1 tag' : `${formatted} tags`),
  tagsEmpty: 'No tags yet',
  tagsEmptyText:
    'Give photographs a tag, from their details or to all that you have selected: they are gathered here.',
  tagEmpty: 'No photograph has this tag',
  tagEmptyText: 'It may have been taken off, or what had it is in the trash.',
  toTags: 'Go to the tags',
};

const fr: typeof en = {
  tagCount: (n, formatted) => (n < 2 ? `${formatted} étiquette` : `${formatted} étiquettes`),
  tagsEmpty: 'Pas encore d’étiquettes',
  tagsEmptyText:
    'Donnez une étiquette à des photographies, dans leurs détails ou à toute une sélection : elles sont réunies ici.',
  tagEmpty: 'Aucune photographie n’a cette étiquette',
  tagEmptyText: 'Elle a peut-être été retirée, ou ce qui le portait est dans la corbeille.',
  toTags: 'Aller aux étiquettes',
};

const messages: Record<Language, typeof en> = { en, fr };

export const words = (): typeof en => messages[i18n.language];
