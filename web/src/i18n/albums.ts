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
  albumEmptyText: 'Drop files here, or select photographs among your own and add them to this album.',
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
  downloadAlbum: 'Download the album',
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
  members: 'Members',
  membersTitle: (title: string) => `Who sees “${title}”?`,
  membersText: 'Members see every photograph of this album, private ones too, without file name and place.',
  membersBelow: 'The albums in it have members of their own.',
  membersNone: 'Only you, so far.',
  mayLook: 'May look',
  mayContribute: 'May add',
  mayEdit: 'May edit',
  isOwner: 'Owner',
  roleOf: (name: string) => `Role of ${name}`,
  memberName: 'Name with which they log in',
  addMember: 'Add',
  removeMember: (name: string) => `Take ${name} out`,
  memberAdded: (name: string) => `${name} sees this album now.`,
  memberChanged: (name: string) => `The role of ${name} is changed.`,
  memberRemoved: (name: string) => `${name} does not see this album any more.`,
  dropInto: (n: number, formatted: string) =>
    n === 1 ? 'Let go on an album to add it' : `Let go on an album to add the ${formatted}`,
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
  shareByLink: 'Share by link',
};

const fr: typeof en = {
  albumCount: (n, formatted) => (n < 2 ? `${formatted} album` : `${formatted} albums`),
  albumsEmpty: 'Pas encore d’albums',
  albumsEmptyText:
    'Un album réunit des photographies et les montre aux personnes que vous nommez. Un album peut en contenir d’autres.',
  albumsNone: 'Vous n’avez pas encore d’album : écrivez le nom d’un nouveau.',
  albumEmpty: 'Un album vide',
  albumEmptyText:
    'Déposez des fichiers ici, ou sélectionnez des photographies parmi les vôtres et ajoutez-les à cet album.',
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
  moveAlbumTitle: (title) => `Où placer «\u00a0${title}\u00a0»\u00a0?`,
  atTheTop: 'Dans aucun autre album',
  albumMoved: (title, where) => `«\u00a0${title}\u00a0» se trouve maintenant dans «\u00a0${where}\u00a0».`,
  downloadAlbum: 'Télécharger l’album',
  deleteAlbum: 'Supprimer l’album',
  deleteAlbumTitle: (title) => `Supprimer l’album «\u00a0${title}\u00a0»\u00a0?`,
  deleteAlbumText:
    'Les photographies restent où elles sont : seul l’album disparaît, pour tous ceux qui le voient.',
  deleteAlbumBelow:
    'Les photographies restent où elles sont : seul l’album disparaît, pour tous ceux qui le voient. Les albums qu’il contient remontent d’un niveau.',
  albumDeleted: (title) => `L’album «\u00a0${title}\u00a0» est supprimé.`,
  leaveAlbum: 'Quitter l’album',
  leaveAlbumTitle: (title) => `Quitter l’album «\u00a0${title}\u00a0»\u00a0?`,
  leaveAlbumText: 'Vous ne le verrez plus. Les photographies que vous y avez ajoutées y restent.',
  albumLeft: (title) => `Vous avez quitté «\u00a0${title}\u00a0».`,
  roleViewer: 'regarde',
  roleContributor: 'ajoute des photographies',
  roleEditor: 'modifie',
  yourRole: (role) => `vous : ${role}`,
  members: 'Membres',
  membersTitle: (title) => `Qui voit «\u00a0${title}\u00a0»\u00a0?`,
  membersText:
    'Les membres voient toutes les photographies de cet album, même privées, sans nom de fichier ni lieu.',
  membersBelow: 'Les albums qu’il contient ont leurs propres membres.',
  membersNone: 'Vous seul, pour l’instant.',
  mayLook: 'Peut regarder',
  mayContribute: 'Peut ajouter',
  mayEdit: 'Peut modifier',
  isOwner: 'Propriétaire',
  roleOf: (name) => `Rôle de ${name}`,
  memberName: 'Nom de connexion de la personne',
  addMember: 'Ajouter',
  removeMember: (name) => `Retirer ${name}`,
  memberAdded: (name) => `${name} voit maintenant cet album.`,
  memberChanged: (name) => `Le rôle de ${name} est modifié.`,
  memberRemoved: (name) => `${name} ne voit plus cet album.`,
  dropInto: (n, formatted) =>
    n < 2 ? 'Lâchez-la sur un album pour l’ajouter' : `Lâchez sur un album pour ajouter les ${formatted}`,
  findAlbum: 'Chercher un album',
  findOrMakeAlbum: 'Chercher un album, ou en nommer un nouveau',
  makeAlbumCalled: (title) => `Nouvel album «\u00a0${title}\u00a0»`,
  noAlbumFound: 'Aucun album ne porte ce nom.',
  addedToAlbum: (n, title) =>
    n < 2
      ? `1 photographie ajoutée à «\u00a0${title}\u00a0».`
      : `${n} photographies ajoutées à «\u00a0${title}\u00a0».`,
  wereThere: (n) => (n < 2 ? '1 y était déjà.' : `${n} y étaient déjà.`),
  inAlbumAlready: (n, title) =>
    n < 2 ? `Elle est déjà dans «\u00a0${title}\u00a0».` : `Les ${n} sont déjà dans «\u00a0${title}\u00a0».`,
  takenOut: (n, title) =>
    n < 2
      ? `1 photographie retirée de «\u00a0${title}\u00a0».`
      : `${n} photographies retirées de «\u00a0${title}\u00a0».`,
  coverSet: 'L’album a une nouvelle couverture.',
  shareByLink: 'Partager par un lien',
  takeOutOf: (title) => `Retirer de «\u00a0${title}\u00a0»`,
};

const messages: Record<Language, typeof en> = { en, fr };

export const words = (): typeof en => messages[i18n.language];
