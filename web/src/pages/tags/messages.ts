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
  menu: 'More about this tag',
  rename: 'Rename the tag',
  name: 'New name',
  renamed: (tag: string, name: string) => `“${tag}” is becoming “${name}”.`,
  joins: (tag: string, here: string, there: string) =>
    `“${tag}” exists already: ${here} will also be among its ${there}, and both tags become one.`,
  join: 'Join the tags',
  take: 'Delete the tag',
  takeTitle: (tag: string) => `Delete the tag “${tag}”?`,
  takeText: (photographs: string) => `It is taken off ${photographs}, which stay. This cannot be undone.`,
  taken: (tag: string) => `“${tag}” is being taken off.`,
};

const fr: typeof en = {
  tagCount: (n, formatted) => (n < 2 ? `${formatted} étiquette` : `${formatted} étiquettes`),
  tagsEmpty: 'Pas encore d’étiquettes',
  tagsEmptyText:
    'Donnez une étiquette à des photographies, dans leurs détails ou à toute une sélection : elles sont réunies ici.',
  tagEmpty: 'Aucune photographie n’a cette étiquette',
  tagEmptyText: 'Elle a peut-être été retirée, ou ce qui le portait est dans la corbeille.',
  toTags: 'Aller aux étiquettes',
  menu: 'Autres actions pour cette étiquette',
  rename: 'Renommer l’étiquette',
  name: 'Nouveau nom',
  renamed: (tag, name) => `« ${tag} » devient « ${name} ».`,
  joins: (tag, here, there) =>
    `« ${tag} » existe déjà : ${here} s’ajouteront à ${there}, et les deux étiquettes n’en feront plus qu’une.`,
  join: 'Réunir les étiquettes',
  take: 'Supprimer l’étiquette',
  takeTitle: (tag) => `Supprimer l’étiquette « ${tag} » ?`,
  takeText: (photographs) =>
    `Elle est retirée de ${photographs}, qui restent dans la galerie. Il n’y a pas de retour possible.`,
  taken: (tag) => `« ${tag} » est en train d’être retirée.`,
};

const messages: Record<Language, typeof en> = { en, fr };

export const words = (): typeof en => messages[i18n.language];
