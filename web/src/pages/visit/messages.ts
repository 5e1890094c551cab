// What a link of a share says to whoever opens it, in both languages. It comes with the page.
import { i18n } from '../../i18n/i18n.svelte';
import type { Language } from '../../i18n/language';

const en = {
  untitled: 'Photographs',
  sharedBy: (name: string) => `Shared by ${name}`,
  until: (time: string) => `To be seen until ${time}.`,
  locked: 'Whoever sent you the link has the password as well.',
  open: 'Show the photographs',
  downloadAll: 'Download all',
  give: 'Give photographs',
  giveText: (owner: string) => `${owner} would like to have yours too. What you give becomes theirs.`,
  yourName: 'Your name',
  yourNameHint: (owner: string) => `So that ${owner} knows from whom they are.`,
  dropHere: 'Let go to give them',
  dropHereText: (owner: string) => `They become ${owner}’s, and everybody who has this link sees them.`,
  tryAgainIn: (seconds: number) => {
    const minutes = Math.ceil(seconds / 60);
    if (seconds < 60) return seconds === 1 ? 'Try again in a second.' : `Try again in ${seconds} seconds.`;
    return minutes === 1 ? 'Try again in a minute.' : `Try again in ${minutes} minutes.`;
  },
  lockedAgain: 'The password was changed. Ask for the new one.',
  nowhere: 'This link leads nowhere',
  nowhereText: 'It has ended, or it was never there. Ask whoever sent it to you for another one.',
  ended: 'This link has ended',
  endedText: 'What it showed is no longer shared. Ask whoever sent it to you for another one.',
  empty: 'Nothing to be seen yet',
  emptyText: 'Photographs appear here as soon as they are added.',
};

const fr: typeof en = {
  untitled: 'Photographies',
  sharedBy: (name) => `Partagé par ${name}`,
  until: (time) => `Visible jusqu’au ${time}.`,
  locked: 'La personne qui vous a envoyé le lien connaît aussi le mot de passe.',
  open: 'Voir les photographies',
  downloadAll: 'Tout télécharger',
  give: 'Donner des photographies',
  giveText: (owner) => `${owner} aimerait aussi avoir les vôtres. Ce que vous donnez lui appartient.`,
  yourName: 'Votre nom',
  yourNameHint: (owner) => `Pour que ${owner} sache de qui elles viennent.`,
  dropHere: 'Relâchez pour les donner',
  dropHereText: (owner) => `Elles appartiennent alors à ${owner}, et toute personne qui a ce lien les voit.`,
  tryAgainIn: (seconds) => {
    const minutes = Math.ceil(seconds / 60);
    if (seconds < 60) return `Réessayez dans ${seconds} ${seconds < 2 ? 'seconde' : 'secondes'}.`;
    return `Réessayez dans ${minutes} ${minutes < 2 ? 'minute' : 'minutes'}.`;
  },
  lockedAgain: 'Le mot de passe a changé. Demandez le nouveau.',
  nowhere: 'Ce lien ne mène nulle part',
  nowhereText:
    'Il n’est plus valable, ou n’a jamais existé. Demandez-en un autre à la personne qui vous l’a envoyé.',
  ended: 'Ce lien n’est plus valable',
  endedText: 'Ce qu’il montrait n’est plus partagé. Demandez-en un autre à la personne qui vous l’a envoyé.',
  empty: 'Rien à voir pour l’instant',
  emptyText: 'Les photographies apparaissent ici dès qu’elles sont ajoutées.',
};

const messages: Record<Language, typeof en> = { en, fr };

export const words = (): typeof en => messages[i18n.language];
