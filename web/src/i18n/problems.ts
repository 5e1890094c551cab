// What the server's codes mean, in the language that is spoken.
import type { Language } from './language';
import { enProblems } from './problems.en';
import { frProblems } from './problems.fr';

const tables = new Map<Language, ReadonlyMap<string, string>>([
  ['en', new Map(Object.entries(enProblems))],
  ['fr', new Map(Object.entries(frProblems))],
]);

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
