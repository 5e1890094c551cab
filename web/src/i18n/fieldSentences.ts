import type { components } from '../api/schema';
import { number } from './format';
import type { Language } from './language';

type FieldProblem = components['schemas']['FieldProblem'];
type Param = NonNullable<FieldProblem['params']>[string];

/** "a, b or c" of what is to be chosen from, numbers as the language writes them. */
function shown(language: Language, param: Param): string {
  if (Array.isArray(param)) return new Intl.ListFormat(language, { type: 'disjunction' }).format(param);
  return typeof param === 'number' ? number(language, param) : param;
}

/** From a sentence for each code, in which `{max}` stands for the parameter of that name. */
export function fieldSentences(
  language: Language,
  sentences: Record<string, string>,
): (problem: FieldProblem) => string | undefined {
  const table = new Map(Object.entries(sentences));
  return ({ code, params = {} }) => {
    const known = new Map(Object.entries(params));
    const sentence = table.get(code)?.replace(/\{([a-z]+)\}/g, (open, name: string) => {
      const param = known.get(name);
      return param === undefined ? open : shown(language, param);
    });
    return sentence?.includes('{') ? undefined : sentence;
  };
}
