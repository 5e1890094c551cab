import { frFields } from './fields.fr';
import { fieldSentences } from './fieldSentences';
import { frProblems } from './problems.fr';

export const sentences = {
  problems: new Map(Object.entries(frProblems)),
  field: fieldSentences('fr', frFields),
};
