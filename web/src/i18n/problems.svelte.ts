// What the server's codes mean, in the language that is spoken.
import type { components } from '../api/schema';
import type { Language } from './language';

type FieldProblem = components['schemas']['FieldProblem'];

/** A sentence for each code. */
interface Sentences {
  problems: ReadonlyMap<string, string>;
  /** Nothing for a code, or a parameter of it, that this page does not know. */
  field: (problem: FieldProblem) => string | undefined;
}

const files: Record<Language, () => Promise<{ sentences: Sentences }>> = {
  en: () => import('./sentences.en'),
  fr: () => import('./sentences.fr'),
};

let tables = $state.raw(new Map<Language, Sentences>());

/** Fetches the sentences of a language, which nobody needs until something is refused. Where they cannot be had, the server's
 * own stand. */
export async function learnProblems(language: Language): Promise<void> {
  if (tables.has(language)) return;
  const file = await files[language]().catch(() => null);
  if (file) tables = new Map(tables).set(language, file.sentences);
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
  return tables.get(language)?.problems.get(code) ?? detail;
}

/** What is wrong with a field; the server's own sentence for a code, or a parameter of it, that this page does not know. */
export function fieldSentence(language: Language, problem: FieldProblem): string {
  return tables.get(language)?.field(problem) ?? problem.detail;
}
