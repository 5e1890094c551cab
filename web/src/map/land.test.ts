import { describe, expect, it } from 'vitest';
import coarse from 'world-atlas/countries-110m.json?raw';
import middle from 'world-atlas/countries-50m.json?raw';
import { lineOf, shapesOf } from './land';

describe('a line', () => {
  it('goes on where it crosses the date line', () => {
    const { points, left, right } = lineOf([
      [170, 60],
      [180, 65],
      [-170, 66],
    ]);
    expect([...points].filter((_, i) => i % 2 === 0)).toEqual(
      [170, 180, 190].map((lon) => expect.closeTo(lon / 360 + 0.5, 9)),
    );
    expect([left, right]).toEqual([points[0], points[4]]);
  });

  it('round the world is closed along the lower edge', () => {
    const round = [-180, -90, 0, 90, 180].map((lon) => [lon, -70]);
    const { points, bottom } = lineOf(round);
    expect([...points].slice(-4)).toEqual([1, 1, 0, 1]);
    expect(bottom).toBe(1);
  });
});

describe('the shapes that are shipped', () => {
  it('have no line across the world', () => {
    for (const atlas of [coarse, middle]) {
      const { land, borders } = shapesOf(JSON.parse(atlas) as never);
      expect(land.length).toBeGreaterThan(100);
      for (const { points, bottom } of [...land.flat(), ...borders]) {
        for (let i = 2; bottom < 1 && i < points.length; i += 2)
          expect(Math.abs((points[i] ?? 0) - (points[i - 2] ?? 0))).toBeLessThan(0.2);
      }
    }
  });
});
