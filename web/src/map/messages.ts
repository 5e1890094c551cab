// What the map says, in both languages. It comes with the map.
import { i18n } from '../i18n/i18n.svelte';
import type { Language } from '../i18n/language';

const en = {
  map: 'Map. Arrow keys move it, plus and minus bring it nearer and farther.',
  zoomIn: 'Nearer',
  zoomOut: 'Farther',
  tilesFailed: 'This gallery’s own map cannot be loaded.',
};

const fr: typeof en = {
  map: 'Carte. Les flèches la déplacent, plus et moins la rapprochent et l’éloignent.',
  zoomIn: 'Plus près',
  zoomOut: 'Plus loin',
  tilesFailed: 'Impossible de charger la carte propre à cette galerie.',
};

const messages: Record<Language, typeof en> = { en, fr };

export const words = (): typeof en => messages[i18n.language];
