import { enFields } from './fields.en';
import { fieldSentences } from './fieldSentences';
import { enProblems } from './problems.en';

export const sentences = {
  problems: new Map(Object.entries(enProblems)),
  field: fieldSentences('en', enFields),
};
