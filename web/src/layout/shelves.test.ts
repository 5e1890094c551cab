import { describe, expect, it } from 'vitest';
import { shelve } from './shelves';

describe('months on shelves', () => {
  it('stand side by side as far as they fit, and the next begins below the highest', () => {
    const placed = shelve(
      [
        { width: 300, height: 320 },
        { width: 280, height: 320 },
        { width: 330, height: 330 },
        { width: 500, height: 320 },
      ],
      1000,
    );
    expect(placed.map(({ left }) => left)).toEqual([0, 340, 660, 0]);
    expect(placed.map(({ advance }) => advance)).toEqual([0, 0, 330, 320]);
  });

  it('that fill more than a row stand alone', () => {
    const placed = shelve(
      [
        { width: 100, height: 320 },
        { width: Infinity, height: 2000 },
        { width: 100, height: 320 },
      ],
      1000,
    );
    expect(placed.map(({ left, advance }) => [left, advance])).toEqual([
      [0, 320],
      [0, 2000],
      [0, 320],
    ]);
  });

  it('never reach beyond the page, and leave room for their headings', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ width: 60 + i * 20, height: 300 }));
    const placed = shelve(many, 1300);
    placed.forEach(({ left, advance, room }, i) => {
      expect(left + room).toBeLessThanOrEqual(1300);
      if (advance === 0) expect((placed[i + 1]?.left ?? 0) - left).toBeGreaterThanOrEqual(232);
    });
  });
});
