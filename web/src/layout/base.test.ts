import { describe, expect, it } from 'vitest';
import { afterScroll, boxHeight, longest, positionFor } from './base';

const screen = 900;

describe('a library that fits', () => {
  it('has no base, whatever happens', () => {
    expect(boxHeight(10_000)).toBe(10_000);
    expect(positionFor(5000, 10_000, screen)).toEqual({ base: 0, scrolled: 5000 });
    expect(afterScroll({ base: 0, scrolled: 0 }, 9100, 10_000, screen)).toEqual({ base: 0, scrolled: 9100 });
  });
});

describe('thirty million pixels', () => {
  const total = 30_000_000;

  it('show every place, both ends too, in a box of bounded height', () => {
    for (const place of [0, 1, 12_345_678, total / 2, total - screen]) {
      const { base, scrolled } = positionFor(place, total, screen);
      expect(base + scrolled).toBeCloseTo(place, 3);
      expect(scrolled).toBeGreaterThanOrEqual(0);
      expect(scrolled).toBeLessThanOrEqual(longest - screen);
    }
  });

  it('move as far as the wheel does', () => {
    const before = positionFor(12_000_000, total, screen);
    const after = afterScroll(before, before.scrolled + 120, total, screen);
    expect(after.base + after.scrolled).toBeCloseTo(12_000_120, 3);
  });

  it('are all reached by going on, 1,000 px at a time, without a jump', () => {
    let now = positionFor(2_000_000, total, screen);
    let place = now.base + now.scrolled;
    for (let i = 0; i < 20_000; i++) {
      now = afterScroll(now, now.scrolled + 1000, total, screen);
      expect(now.base + now.scrolled - place).toBeCloseTo(1000, 3);
      expect(now.scrolled).toBeLessThanOrEqual(longest - screen);
      place += 1000;
    }
  });

  it('are gone through in part by part of the scroll bar', () => {
    const start = positionFor(0, total, screen);
    const end = afterScroll(start, longest - screen, total, screen);
    expect(end.base + end.scrolled).toBeCloseTo(total - screen, 3);
    const half = afterScroll(end, (longest - screen) / 2, total, screen);
    expect(half.base + half.scrolled).toBeCloseTo((total - screen) / 2, 3);
  });
});
