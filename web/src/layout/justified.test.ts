import { describe, expect, it } from 'vitest';
import {
  aspectOf,
  boxes,
  estimateHeight,
  justify,
  rowOf,
  rowsWithin,
  stack,
  targetHeight,
} from './justified';

const gap = 4;

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
    const rows = justify(aspects, width, targetHeight(width), gap);
    for (let row = 0; row < rows.heights.length - 1; row++) {
      const last = boxes(rows, row, aspects, gap).at(-1);
      expect((last?.left ?? 0) + (last?.width ?? 0)).toBeCloseTo(width, 1);
    }
  });

  it('places every photo once, in order', () => {
    const aspects = library(501);
    const rows = justify(aspects, 900, 200, gap);
    const placed = [...rows.heights.keys()].flatMap((row) =>
      boxes(rows, row, aspects, gap).map((box) => box.index),
    );
    expect(placed).toEqual([...aspects.keys()]);
  });

  it('does not stretch a last row, and lets no row fall far from the target', () => {
    expect(justify([1.5], 1400, 200, gap).heights[0]).toBe(200);
    const rows = justify(library(5000), 1440, 260, gap);
    for (const height of rows.heights) {
      expect(height).toBeGreaterThan(150);
      expect(height).toBeLessThan(400);
    }
  });

  it('never makes a photo wider than the page', () => {
    for (const aspects of [[4], [0.4, 4], [4, 4, 4], [1, 4, 0.4]]) {
      const rows = justify(aspects, 320, 130, gap);
      for (let row = 0; row < rows.heights.length; row++) {
        for (const box of boxes(rows, row, aspects, gap))
          expect(box.left + box.width).toBeLessThanOrEqual(320.01);
      }
    }
  });

  it('has no height without photos', () => {
    expect(justify([], 1000, 200, gap).height).toBe(0);
  });
});

describe('an estimate from the sum of aspects', () => {
  it('is within a tenth of the real height for a month of a hundred', () => {
    const aspects = library(100);
    const real = justify(aspects, 1200, 240, gap).height;
    const sum = aspects.reduce((a, b) => a + b, 0);
    expect(Math.abs(estimateHeight(sum, 1200, 240, gap) - real) / real).toBeLessThan(0.1);
  });
});

describe('looking up', () => {
  const aspects = library(400);
  const rows = justify(aspects, 1000, 200, gap);

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
