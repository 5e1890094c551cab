// What the server's codes mean, in the language that is spoken.
import type { Language } from './language';

const files: Record<Language, () => Promise<Record<string, string>>> = {
  en: () => import('./problems.en').then(({ enProblems }) => enProblems),
  fr: () => import('./problems.fr').then(({ frProblems }) => frProblems),
};

let tables = $state.raw(new Map<Language, ReadonlyMap<string, string>>());

/** Fetches the sentences of a language, which nobody needs until something is refused. Where they cannot be had, the server's
 * own stand. */
export async function learnProblems(language: Language): Promise<void> {
  if (tables.has(language)) return;
  const sentences = await files[language]().catch(() => null);
  if (sentences) tables = new Map(tables).set(language, new Map(Object.entries(sentences)));
}

/** These say only that something is wrong: what it is stands in the detail, which is English. */
const vague = new Set(['invalid-request', 'malformed-json', 'not-allowed', 'conflict']);

/** The code in a problem's `type`, "/problems/<code>"; nothing for another type. */
export function problemCode(type: string | undefined): string | undefined {
  return /^\/problems\/([a-z-]+)$/.exec(type ?? '')?.[1];
}

/** A sentence for a code; the server's own for one that is newer than this page. */
export function problemSentence(language: Language, code: string | undefined, detail: string): string {
  if (code === undefined || (language === 'en' && vague.has(code))) return detail;
  return tables.get(language)?.get(code) ?? detail;
}
