// Which language to speak.
import { en, type Messages } from './en';
import { fr } from './fr';

export const catalogues = { en, fr } satisfies Record<string, Messages>;
export type Language = keyof typeof catalogues;
export const languages = Object.keys(catalogues) as Language[];

/** The first of the wanted languages (BCP 47 tags, best first) that there is a catalogue for; English if none. */
export function choose(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0];
    const found = languages.find((language) => language === base);
    if (found) return found;
  }
  return 'en';
}
