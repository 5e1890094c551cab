import { describe, expect, it } from 'vitest';
import { boxOf, held, moved, offsetOf, project, unproject, viewOf, worldSize, zoomed } from './mercator';

const paris = project(48.8534, 2.3488);

describe('the projection', () => {
  it('goes there and back', () => {
    for (const [lat, lon] of [
      [48.85, 2.35],
      [-33.86, 151.2],
      [0, -180],
      [85, 179.9],
    ] as const) {
      const back = unproject(project(lat, lon));
      expect(back.lat).toBeCloseTo(lat, 9);
      expect(back.lon).toBeCloseTo(lon, 9);
    }
  });

  it('keeps the poles on the map', () => {
    expect(project(90, 0).y).toBeCloseTo(0, 4);
    expect(project(-90, 0).y).toBeCloseTo(1, 4);
  });
});

describe('a view', () => {
  it('keeps what is under the pointer where it is', () => {
    const before = { x: 0.4, y: 0.4, zoom: 3 };
    const there = { x: 0.4 + 100 / worldSize(3), y: 0.4 - 50 / worldSize(3) };
    const after = offsetOf(zoomed(before, 1.5, 100, -50), there);
    expect(after.x).toBeCloseTo(100, 6);
    expect(after.y).toBeCloseTo(-50, 6);
  });

  it('is never above or below the world, and goes round it', () => {
    expect(held({ x: 1.2, y: -3, zoom: 2 }, 512)).toEqual({ x: expect.closeTo(0.2, 9), y: 0.25, zoom: 2 });
    expect(held({ x: -0.1, y: 0.9, zoom: 0 }, 1000)).toEqual({ x: expect.closeTo(0.9, 9), y: 0.5, zoom: 0 });
    expect(held({ x: 0, y: 0.5, zoom: 99 }, 100).zoom).toBe(17);
  });

  it('across the date line begins in the east and ends in the west', () => {
    const box = boxOf({ x: 0, y: 0.5, zoom: 3 }, 512, 512);
    expect([box.west, box.east]).toEqual([135, -135]);
    expect(boxOf({ x: 0.2, y: 0.5, zoom: 0 }, 512, 512)).toMatchObject({ west: -180, east: 180 });
  });

  it('finds a place in the nearest copy of the world', () => {
    const suva = project(-18.14, 178.44);
    expect(offsetOf({ x: 0.001, y: suva.y, zoom: 4 }, suva).x).toBeLessThan(0);
    expect(offsetOf(moved({ ...paris, zoom: 4 }, 30, 0), paris).x).toBeCloseTo(-30, 6);
  });
});

describe('the view of all places', () => {
  it('shows each of them', () => {
    const points = [paris, project(59.33, 18.06), project(37.98, 23.73)];
    const view = viewOf(points, 600, 400);
    for (const point of points) {
      const { x, y } = offsetOf(view, point);
      expect(Math.abs(x)).toBeLessThanOrEqual(300);
      expect(Math.abs(y)).toBeLessThanOrEqual(200);
    }
  });

  it('goes the short way round', () => {
    const points = [project(-18, 178), project(-14, -172)];
    const view = viewOf(points, 600, 400);
    expect(view.zoom).toBeGreaterThan(4);
    expect(Math.abs(offsetOf(view, points[1] ?? paris).x)).toBeLessThan(300);
  });

  it('of one place is near, and of none the world', () => {
    expect(viewOf([paris], 600, 400)).toEqual({ ...paris, zoom: 12 });
    expect(viewOf([], 512, 512)).toMatchObject({ x: 0.5, zoom: 1 });
  });
});
