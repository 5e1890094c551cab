import { describe, expect, it } from 'vitest';
import source from '../../../src/base/codes.cc?raw';
import { languages } from './language';
import { learnProblems, problemCode, problemSentence } from './problems.svelte';
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

describe('a problem’s code', () => {
  it('is the end of its type, if that is one of ours', () => {
    expect(problemCode('/problems/name-taken')).toBe('name-taken');
    for (const other of ['about:blank', '/problems/', 'https://example.org/problems/x', undefined]) {
      expect(problemCode(other)).toBeUndefined();
    }
  });
});
