import { describe, expect, it } from 'vitest';
import {
  aspectOf,
  boxes,
  estimateHeight,
  justify,
  rowOf,
  rowsWithin,
  stack,
  frameFor,
  type Frame,
} from './justified';

const gap = 4;
const frame = (width: number, target = frameFor(width).target): Frame => ({ width, target, gap, label: 40 });
/** All on one day. */
const one = (aspects: ArrayLike<number>): number[] => [aspects.length];

/** Aspects as a library has them, the same in every run. */
function library(count: number): Float32Array {
  let seed = 7;
  return Float32Array.from({ length: count }, () => {
    seed = (seed * 48271) % 2147483647;
    const dice = seed % 100;
    return dice < 60 ? 1.5 : dice < 85 ? 0.67 : dice < 98 ? 1 : 3.5;
  });
}

describe('justify', () => {
  it.each([320, 768, 1440, 3840])('fills every row but the last exactly, at %i px', (width) => {
    const aspects = library(1000);
    const rows = justify(aspects, one(aspects), frame(width));
    for (let row = 0; row < rows.heights.length - 1; row++) {
      const last = boxes(rows, row, aspects, gap).at(-1);
      expect((last?.left ?? 0) + (last?.width ?? 0)).toBeCloseTo(width, 1);
    }
  });

  it('places every photo once, in order', () => {
    const aspects = library(501);
    const rows = justify(aspects, one(aspects), frame(900, 200));
    const placed = [...rows.heights.keys()].flatMap((row) =>
      boxes(rows, row, aspects, gap).map((box) => box.index),
    );
    expect(placed).toEqual([...aspects.keys()]);
  });

  it('does not stretch a last row, and lets no row fall far from the target', () => {
    expect(justify([1.5], [1], frame(1400, 200)).heights[0]).toBe(200);
    const rows = justify(library(5000), [5000], frame(1440, 260));
    for (const height of rows.heights) {
      expect(height).toBeGreaterThan(150);
      expect(height).toBeLessThan(400);
    }
  });

  it('never makes a photo wider than the page', () => {
    for (const aspects of [[4], [0.4, 4], [4, 4, 4], [1, 4, 0.4]]) {
      const rows = justify(aspects, one(aspects), frame(320, 130));
      for (let row = 0; row < rows.heights.length; row++) {
        for (const box of boxes(rows, row, aspects, gap))
          expect(box.left + box.width).toBeLessThanOrEqual(320.01);
      }
    }
  });

  it('has no height without photos', () => {
    expect(justify([], [], frame(1000, 200)).height).toBe(0);
  });
});

describe('days', () => {
  const wide = frame(1000, 200);

  it('that are short share a row, with room for their labels above it', () => {
    const rows = justify([1.5, 1.5, 1.5], [1, 1, 1], wide);
    expect(rows.heights.length).toBe(1);
    expect([...rows.labelled]).toEqual([1]);
    expect(rows.tops[0]).toBe(40);
  });

  it('that are long begin a row of their own where the one before is nearly full', () => {
    const aspects = [1.5, 1.5, 1, ...Array.from({ length: 12 }, () => 1.5)];
    const rows = justify(aspects, [3, 12], wide);
    expect(rows.starts[1]).toBe(3);
    expect(rows.labelled[0]).toBe(1);
    expect(rows.labelled[1]).toBe(1);
  });

  it('begin nowhere in the rows between', () => {
    const aspects = library(60);
    const rows = justify(aspects, [40, 20], wide);
    expect(rows.labelled.reduce((sum, label) => sum + label, 0)).toBe(2);
    expect(rows.height).toBeCloseTo(rows.heights.reduce((sum, height) => sum + height + gap, 0) + 80, 1);
  });
});

describe('the last row', () => {
  it('is stretched if it is nearly full, and left if it is not', () => {
    expect(justify([1.5, 2.5], [2], frame(1000, 200)).heights[0]).toBeCloseTo(249, 0);
    expect(justify([1.5, 1], [2], frame(1000, 200)).heights[0]).toBe(200);
  });

  it('of a part of a month that goes on leaves no gap', () => {
    const aspects = [1.5, 1.5];
    const rows = justify(aspects, [2], frame(1000, 200), true);
    const last = boxes(rows, 0, aspects, gap).at(-1);
    expect((last?.left ?? 0) + (last?.width ?? 0)).toBeCloseTo(1000, 1);
  });
});

describe('an estimate from the sum of aspects', () => {
  it('is within a tenth of the real height for a month of a hundred', () => {
    const aspects = library(100);
    const real = justify(aspects, one(aspects), frame(1200, 240)).height;
    const sum = aspects.reduce((a, b) => a + b, 0);
    expect(Math.abs(estimateHeight([sum], frame(1200, 240)) - real) / real).toBeLessThan(0.1);
  });
});

describe('looking up', () => {
  const aspects = library(400);
  const rows = justify(aspects, one(aspects), frame(1000, 200));

  it('finds the rows that touch a band, and only those', () => {
    const [first, end] = rowsWithin(rows, 1000, 1900);
    expect(rows.tops[first]).toBeLessThanOrEqual(1000);
    expect(rows.tops[first + 1]).toBeGreaterThan(1000);
    expect(rows.tops[end - 1]).toBeLessThanOrEqual(1900);
    expect(rows.tops[end]).toBeGreaterThan(1900);
  });

  it('finds the row of a photo', () => {
    for (const index of [0, 1, 37, 399]) {
      const row = rowOf(rows, index);
      expect(boxes(rows, row, aspects, gap).some((box) => box.index === index)).toBe(true);
    }
  });

  it('stacks blocks', () => {
    expect([...stack([10, 20, 5])]).toEqual([0, 10, 30, 35]);
  });
});

describe('aspectOf', () => {
  it('keeps panoramas and chimneys in bounds', () => {
    expect([aspectOf(10000, 500), aspectOf(100, 5000), aspectOf(3, 2)]).toEqual([4, 0.4, 1.5]);
  });
});
