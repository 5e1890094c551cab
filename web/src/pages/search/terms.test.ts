import { expect, it } from 'vitest';
import { termsOf } from './terms';

it('parts a question where its spaces are, and not within quotes', () => {
  expect(termsOf('  red boat  tag:"by the sea",beach -is:archived ')).toEqual([
    'red',
    'boat',
    'tag:"by the sea",beach',
    '-is:archived',
  ]);
  expect(termsOf('"not closed at all')).toEqual(['"not closed at all']);
  expect(termsOf(' ')).toEqual([]);
});
