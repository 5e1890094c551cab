// What this page says, in both languages. It comes with the page, so that visitors do not load it.
import { i18n } from '../../i18n/i18n.svelte';
import type { Language } from '../../i18n/language';

const en = {
  text: 'Give a folder of a phone, a camera or an old disk. It is compared here, in your browser, with what the gallery keeps: byte for byte, by SHA-256. Nothing is sent.',
  chooseFolder: 'Choose a folder…',
  chooseFiles: 'Choose files…',
  orDrop: 'Or drop it anywhere on this page.',
  dropTitle: 'Let go to compare',
  dropText: 'Nothing is sent, and nothing is deleted.',
  working: (n: string) => `Compared so far: ${n}`,
  stop: 'Stop',
  stopped: 'Stopped before the end: what stands below is not all.',
  empty: 'There was no file in it.',
  allSafe: (n: number, formatted: string) =>
    n === 1
      ? 'This file is safely here. You may delete it there.'
      : `All ${formatted} files are safely here. You may delete them there.`,
  notAll: (n: number, formatted: string) =>
    n === 1 ? 'Keep 1 file: it is not safely here.' : `Keep ${formatted} files: they are not safely here.`,
  safe: 'Safely here',
  missing: 'Not here',
  trashed: 'Here in the trash, and gone in a while',
  others: 'No photographs: the gallery does not take them',
  unreadable: 'Could not be read',
  add: (n: number, formatted: string) =>
    n === 1 ? 'Add the one that is missing' : `Add the ${formatted} that are missing`,
  adding: 'They are being added. This page looks again when that is done.',
};

const fr: typeof en = {
  text: 'Donnez un dossier d’un téléphone, d’un appareil ou d’un vieux disque. Il est comparé ici, dans votre navigateur, à ce que garde la galerie : octet par octet, par SHA-256. Rien n’est envoyé.',
  chooseFolder: 'Choisir un dossier…',
  chooseFiles: 'Choisir des fichiers…',
  orDrop: 'Ou déposez-le n’importe où sur cette page.',
  dropTitle: 'Lâchez pour comparer',
  dropText: 'Rien n’est envoyé, rien n’est supprimé.',
  working: (n) => `Comparés jusqu’ici : ${n}`,
  stop: 'Arrêter',
  stopped: 'Arrêté avant la fin : ce qui suit n’est pas tout.',
  empty: 'Il n’y avait aucun fichier.',
  allSafe: (n, formatted) =>
    n < 2
      ? 'Ce fichier est ici, en sûreté. Vous pouvez le supprimer là-bas.'
      : `Les ${formatted} fichiers sont ici, en sûreté. Vous pouvez les supprimer là-bas.`,
  notAll: (n, formatted) =>
    n < 2
      ? 'Gardez 1 fichier : il n’est pas ici en sûreté.'
      : `Gardez ${formatted} fichiers : ils ne sont pas ici en sûreté.`,
  safe: 'Ici, en sûreté',
  missing: 'Absents d’ici',
  trashed: 'Ici dans la corbeille, et bientôt disparus',
  others: 'Pas des photographies : la galerie ne les prend pas',
  unreadable: 'Illisibles',
  add: (n, formatted) => (n < 2 ? 'Ajouter celui qui manque' : `Ajouter les ${formatted} qui manquent`),
  adding: 'L’ajout est en cours. Cette page regardera de nouveau quand il sera fini.',
};

const messages: Record<Language, typeof en> = { en, fr };

export const words = (): typeof en => messages[i18n.language];
