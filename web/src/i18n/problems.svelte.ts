// What the server's codes mean, in the language that is spoken.
import type { components } from '../api/schema';
import { number } from './format';
import type { Language } from './language';

type FieldProblem = components['schemas']['FieldProblem'];
type Param = NonNullable<FieldProblem['params']>[string];

/** A sentence for each code. */
interface Sentences {
  problems: Record<string, string>;
  /** `{max}` stands for the parameter of that name. */
  fields: Record<string, string>;
}

const files: Record<Language, () => Promise<Sentences>> = {
  en: async () => {
    const [{ enProblems }, { enFields }] = await Promise.all([
      import('./problems.en'),
      import('./fields.en'),
    ]);
    return { problems: enProblems, fields: enFields };
  },
  fr: async () => {
    const [{ frProblems }, { frFields }] = await Promise.all([
      import('./problems.fr'),
      import('./fields.fr'),
    ]);
    return { problems: frProblems, fields: frFields };
  },
};

type Table = ReadonlyMap<string, string>;
let tables = $state.raw(new Map<Language, { problems: Table; fields: Table }>());

/** Fetches the sentences of a language, which nobody needs until something is refused. Where they cannot be had, the server's
 * own stand. */
export async function learnProblems(language: Language): Promise<void> {
  if (tables.has(language)) return;
  const sentences = await files[language]().catch(() => null);
  if (!sentences) return;
  tables = new Map(tables).set(language, {
    problems: new Map(Object.entries(sentences.problems)),
    fields: new Map(Object.entries(sentences.fields)),
  });
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

/** "a, b or c" of what is to be chosen from, numbers as the language writes them. */
function shown(language: Language, param: Param): string {
  if (Array.isArray(param)) return new Intl.ListFormat(language, { type: 'disjunction' }).format(param);
  return typeof param === 'number' ? number(language, param) : param;
}

/** What is wrong with a field; the server's own sentence for a code, or a parameter of it, that this page does not know. */
export function fieldSentence(language: Language, { code, params = {}, detail }: FieldProblem): string {
  const known = new Map(Object.entries(params));
  const sentence = tables
    .get(language)
    ?.fields.get(code)
    ?.replace(/\{([a-z]+)\}/g, (open, name: string) => {
      const param = known.get(name);
      return param === undefined ? open : shown(language, param);
    });
  return sentence === undefined || sentence.includes('{') ? detail : sentence;
}
