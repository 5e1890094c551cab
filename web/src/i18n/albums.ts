// What albums say, in both languages. It comes with them, so that nobody loads it who sees none.
import { i18n } from './i18n.svelte';
import type { Language } from './language';

const en = {
  albumCount: (n: number, formatted: string) => (n === 1 ? '1 album' : `${formatted} albums`),
  albumsEmpty: 'No albums yet',
  albumsEmptyText:
    'An album gathers photographs, and shows them to the people whom you name. Albums stand in albums, as you like.',
  albumsNone: 'You have no album yet: write what a new one is called.',
  albumEmpty: 'An empty album',
  albumEmptyText: 'Select photographs among your own, and add them to this album.',
  albumEmptyViewer: 'Nobody has added a photograph yet.',
  albumMissing: 'There is no such album',
  albumMissingText: 'It was deleted, or it is not for you to see.',
  toAlbums: 'Go to the albums',
  toPhotos: 'Go to your photos',
  albumPath: 'Where this album stands',
  albumMenu: 'More about this album',
  newAlbum: 'New album',
  newAlbumInside: 'New album in this one',
  createAlbum: 'Make the album',
  editAlbum: 'Edit the album',
  descriptionField: 'Description',
  albumChanged: 'The album is changed.',
  moveAlbum: 'Move into another album',
  moveAlbumTitle: (title: string) => `Where does “${title}” stand?`,
  atTheTop: 'In no other album',
  albumMoved: (title: string, where: string) => `“${title}” stands in “${where}” now.`,
  deleteAlbum: 'Delete the album',
  deleteAlbumTitle: (title: string) => `Delete the album “${title}”?`,
  deleteAlbumText: 'The photographs stay where they are: only the album goes, for everybody who sees it.',
  deleteAlbumBelow:
    'The photographs stay where they are: only the album goes, for everybody who sees it. The albums in it move up.',
  albumDeleted: (title: string) => `The album “${title}” is deleted.`,
  leaveAlbum: 'Leave the album',
  leaveAlbumTitle: (title: string) => `Leave the album “${title}”?`,
  leaveAlbumText: 'You do not see it any more. Photographs that you have added stay in it.',
  albumLeft: (title: string) => `You have left “${title}”.`,
  roleViewer: 'looks',
  roleContributor: 'adds photographs',
  roleEditor: 'edits',
  yourRole: (role: string) => `you: ${role}`,
  findAlbum: 'Find an album',
  findOrMakeAlbum: 'Find an album, or name a new one',
  makeAlbumCalled: (title: string) => `New album “${title}”`,
  noAlbumFound: 'There is no such album.',
  addedToAlbum: (n: number, title: string) =>
    n === 1 ? `1 photograph added to “${title}”.` : `${n} photographs added to “${title}”.`,
  wereThere: (n: number) => (n === 1 ? '1 was there already.' : `${n} were there already.`),
  inAlbumAlready: (n: number, title: string) =>
    n === 1 ? `It stands in “${title}” already.` : `All ${n} stand in “${title}” already.`,
  takenOut: (n: number, title: string) =>
    n === 1 ? `1 photograph taken out of “${title}”.` : `${n} photographs taken out of “${title}”.`,
  coverSet: 'The album has a new cover.',
  takeOutOf: (title: string) => `Remove from “${title}”`,
};

const fr: typeof en = {
  albumCount: (n, formatted) => (n < 2 ? `${formatted} album` : `${formatted} albums`),
  albumsEmpty: 'Pas encore d’albums',
  albumsEmptyText:
    'Un album réunit des photographies et les montre aux personnes que vous nommez. Un album peut en contenir d’autres.',
  albumsNone: 'Vous n’avez pas encore d’album : écrivez le nom d’un nouveau.',
  albumEmpty: 'Un album vide',
  albumEmptyText: 'Sélectionnez des photographies parmi les vôtres et ajoutez-les à cet album.',
  albumEmptyViewer: 'Personne n’y a encore ajouté de photographie.',
  albumMissing: 'Cet album n’existe pas',
  albumMissingText: 'Il a été supprimé, ou vous ne pouvez pas le voir.',
  toAlbums: 'Aller aux albums',
  toPhotos: 'Aller à vos photos',
  albumPath: 'Où se trouve cet album',
  albumMenu: 'Autres actions sur l’album',
  newAlbum: 'Nouvel album',
  newAlbumInside: 'Nouvel album dans celui-ci',
  createAlbum: 'Créer l’album',
  editAlbum: 'Modifier l’album',
  descriptionField: 'Description',
  albumChanged: 'L’album est modifié.',
  moveAlbum: 'Déplacer dans un autre album',
  moveAlbumTitle: (title) => `Où placer « ${title} » ?`,
  atTheTop: 'Dans aucun autre album',
  albumMoved: (title, where) => `« ${title} » se trouve maintenant dans « ${where} ».`,
  deleteAlbum: 'Supprimer l’album',
  deleteAlbumTitle: (title) => `Supprimer l’album « ${title} » ?`,
  deleteAlbumText:
    'Les photographies restent où elles sont : seul l’album disparaît, pour tous ceux qui le voient.',
  deleteAlbumBelow:
    'Les photographies restent où elles sont : seul l’album disparaît, pour tous ceux qui le voient. Les albums qu’il contient remontent d’un niveau.',
  albumDeleted: (title) => `L’album « ${title} » est supprimé.`,
  leaveAlbum: 'Quitter l’album',
  leaveAlbumTitle: (title) => `Quitter l’album « ${title} » ?`,
  leaveAlbumText: 'Vous ne le verrez plus. Les photographies que vous y avez ajoutées y restent.',
  albumLeft: (title) => `Vous avez quitté « ${title} ».`,
  roleViewer: 'regarde',
  roleContributor: 'ajoute des photographies',
  roleEditor: 'modifie',
  yourRole: (role) => `vous : ${role}`,
  findAlbum: 'Chercher un album',
  findOrMakeAlbum: 'Chercher un album, ou en nommer un nouveau',
  makeAlbumCalled: (title) => `Nouvel album « ${title} »`,
  noAlbumFound: 'Aucun album ne porte ce nom.',
  addedToAlbum: (n, title) =>
    n < 2 ? `1 photographie ajoutée à « ${title} ».` : `${n} photographies ajoutées à « ${title} ».`,
  wereThere: (n) => (n < 2 ? '1 y était déjà.' : `${n} y étaient déjà.`),
  inAlbumAlready: (n, title) =>
    n < 2 ? `Elle est déjà dans « ${title} ».` : `Les ${n} sont déjà dans « ${title} ».`,
  takenOut: (n, title) =>
    n < 2 ? `1 photographie retirée de « ${title} ».` : `${n} photographies retirées de « ${title} ».`,
  coverSet: 'L’album a une nouvelle couverture.',
  takeOutOf: (title) => `Retirer de « ${title} »`,
};

const messages: Record<Language, typeof en> = { en, fr };

export const words = (): typeof en => messages[i18n.language];
