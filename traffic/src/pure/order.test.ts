import { describe, expect, it } from 'vitest';
import type { Tile } from '../browsers/inpage.js';
import { otherThan, otherWayRound, outOfOrder } from './order.js';

function tile(month: string, index: number, top: number, left: number): Tile {
  return { id: `${month}/${String(index)}`, month, index, top, left, broken: null };
}

const right = [
  tile('2026-02', 0, 0, 0),
  tile('2026-02', 1, 0, 300),
  tile('2026-02', 2, 200, 0),
  tile('2026-01', 0, 500, 0),
];

describe('tiles on the screen', () => {
  it('in order are nothing to complain of', () => {
    expect(outOfOrder(right)).toBeNull();
  });

  it.each([
    ['an older month first', [tile('2026-01', 0, 0, 0), tile('2026-02', 0, 200, 0)]],
    ['a photo before the one that it follows', [tile('2026-02', 1, 0, 0), tile('2026-02', 0, 0, 300)]],
    ['the same photo twice', [tile('2026-02', 0, 0, 0), tile('2026-02', 0, 0, 300)]],
    ['one drawn left of the one before', [tile('2026-02', 0, 0, 300), tile('2026-02', 1, 0, 0)]],
    ['one drawn above the one before', [tile('2026-02', 0, 200, 0), tile('2026-01', 0, 0, 300)]],
  ])('are found out: %s', (_, tiles) => {
    expect(outOfOrder(tiles)).not.toBeNull();
  });

  it('are compared with the server’s list of their month', () => {
    const ids = ['2026-02/0', '2026-02/1', '2026-02/2'];
    expect(otherThan(right, '2026-02', ids)).toBeNull();
    expect(otherThan(right, '2026-02', ['2026-02/1', '2026-02/0', '2026-02/2'])).not.toBeNull();
    expect(otherThan(right, '2026-02', ['2026-02/0', '2026-02/1'])).not.toBeNull();
  });

  it('may lack what was added since, and still show what was deleted, but in the same order', () => {
    expect(otherWayRound(right, '2026-02', ['new', '2026-02/0', 'newer', '2026-02/2'])).toBeNull();
    expect(otherWayRound(right, '2026-02', ['2026-02/2', 'new', '2026-02/0'])).not.toBeNull();
    expect(otherWayRound(right, '2026-02', ['another', 'and another', '2026-02/0'])).not.toBeNull();
  });
});
