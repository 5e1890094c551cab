import { describe, expect, it } from 'vitest';
import source from '../../../src/base/codes.cc?raw';
import fieldSource from '../../../src/base/field_codes.cc?raw';
import type { components } from '../api/schema';
import { enFields } from './fields.en';
import { frFields } from './fields.fr';
import { languages } from './language';
import { fieldSentence, learnProblems, problemCode, problemSentence } from './problems.svelte';
import { enProblems } from './problems.en';
import { frProblems } from './problems.fr';

/** Code, English title and French title of every entry of the server's table. */
function declared(): [string, string, string][] {
  const literals = String.raw`((?:"[^"]*"\s*)+)`;
  const entry = new RegExp(
    String.raw`\{\{Code::\w+, "([a-z-]+)", \d+\},\s*\{${literals},[^}]*\},\s*\{${literals},`,
    'g',
  );
  const text = (found: string): string => found.replace(/"\s*"/g, '').replace(/"/g, '').trim();
  const found = [...source.matchAll(entry)].map(
    ([, code = '', english = '', french = '']): [string, string, string] => [
      code,
      text(english),
      text(french),
    ],
  );
  expect(found.length).toBe(source.match(/\{\{Code::/g)?.length);
  return found;
}

/** Code, English sentence and French sentence of every entry of the server's table of fields' codes. */
function declaredFields(): [string, string, string][] {
  const literals = String.raw`((?:"(?:[^"\\]|\\.)*"\s*)+)`;
  const entry = new RegExp(
    String.raw`\{FieldCode::\w+,\s*"([a-z0-9-]+)",\s*${literals},\s*${literals}\}`,
    'g',
  );
  const text = (found: string): string =>
    found
      .trim()
      .slice(1, -1)
      .replace(/(?<!\\)"\s*"/g, '')
      .replaceAll('\\"', '"');
  const found = [...fieldSource.matchAll(entry)].map(
    ([, code = '', english = '', french = '']): [string, string, string] => [
      code,
      text(english),
      text(french),
    ],
  );
  expect(found.length).toBe(fieldSource.match(/\{FieldCode::/g)?.length);
  return found;
}

describe('the sentences for problems', () => {
  it('are the server’s own until they have been fetched', async () => {
    expect(problemSentence('fr', 'not-found', 'Nothing.')).toBe('Nothing.');
    await learnProblems('fr');
    expect(problemSentence('fr', 'not-found', 'Nothing.')).toBe(frProblems['not-found']);
  });
  it('are the titles of the server’s table, for every code and in both languages', () => {
    const table = declared();
    expect(table.length).toBeGreaterThan(50);
    expect(enProblems).toEqual(Object.fromEntries(table.map(([code, english]) => [code, `${english}.`])));
    expect(frProblems).toEqual(Object.fromEntries(table.map(([code, , french]) => [code, `${french}.`])));
  });

  it('are the server’s own for a code that is newer than the page, and for no code', () => {
    for (const language of languages) {
      expect(problemSentence(language, 'not-yet-known', 'Wait.')).toBe('Wait.');
      expect(problemSentence(language, 'constructor', 'Wait.')).toBe('Wait.');
      expect(problemSentence(language, undefined, 'Wait.')).toBe('Wait.');
    }
  });

  it('leave the detail in English where the code says only that something is wrong', () => {
    expect(problemSentence('en', 'conflict', 'It has begun.')).toBe('It has begun.');
    expect(problemSentence('fr', 'conflict', 'It has begun.')).toBe(`${frProblems.conflict}`);
  });
});

describe('the sentences for fields', () => {
  type Wrong = components['schemas']['FieldProblem'];
  const long: Wrong = {
    field: 'caption',
    code: 'text-too-long',
    detail: 'This is 12000 characters long; 10000 are allowed.',
    params: { length: 12_000, max: 10_000 },
  };

  it('are those of the server’s table, for every code and in both languages', () => {
    const table = declaredFields();
    expect(table.length).toBeGreaterThan(50);
    expect(enFields).toEqual(Object.fromEntries(table.map(([code, english]) => [code, english])));
    expect(frFields).toEqual(Object.fromEntries(table.map(([code, , french]) => [code, french])));
  });

  it('say their parameters as the language writes them', async () => {
    await learnProblems('en');
    await learnProblems('fr');
    expect(fieldSentence('en', long)).toBe('This is 12,000 characters long; 10,000 are allowed.');
    expect(fieldSentence('fr', long)).toBe(
      'Ce texte a 12\u202f000 caractères\u202f; 10\u202f000 au plus sont permis.',
    );
    const choice: Wrong = {
      field: 'role',
      code: 'not-one-of',
      detail: 'It must be viewer or editor.',
      params: { choices: ['viewer', 'editor'] },
    };
    expect(fieldSentence('fr', choice)).toBe('Ce doit être viewer ou editor.');
  });

  it('are the server’s own for a code that is newer than the page, and where a parameter is', () => {
    for (const language of languages) {
      expect(fieldSentence(language, { ...long, code: 'constructor' as Wrong['code'] })).toBe(long.detail);
      expect(fieldSentence(language, { ...long, params: { length: 12_000 } })).toBe(long.detail);
    }
  });
});

describe('a problem’s code', () => {
  it('is the end of its type, if that is one of ours', () => {
    expect(problemCode('/problems/name-taken')).toBe('name-taken');
    for (const other of ['about:blank', '/problems/', 'https://example.org/problems/x', undefined]) {
      expect(problemCode(other)).toBeUndefined();
    }
  });
});
