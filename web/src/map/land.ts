// Land and borders of Natural Earth (public domain), as the package world-atlas ships them: three finenesses, each fetched when
// one is so near. Nothing of it comes from another host.
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import coarse from 'world-atlas/countries-110m.json?url';
import middle from 'world-atlas/countries-50m.json?url';
import fine from 'world-atlas/countries-10m.json?url';
import { project } from './mercator';

/** A line or a ring: x and y in turn, in units of the world, and the box around it. */
export interface Line {
  points: Float64Array;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Shapes {
  /** Polygons, each with its holes. */
  land: Line[][];
  borders: Line[];
}

const files = [coarse, middle, fine];
/** From these zooms on the next one is needed. */
const needed = [3, 6];
const kept = new Map<string, Promise<Shapes>>();

type Atlas = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

/**
 * Where a line crosses the date line it goes on beyond the edge of the world. A ring that goes round the world, which is
 * Antarctica's, is closed along the lower edge.
 */
export function lineOf(positions: readonly (readonly number[])[]): Line {
  const points: number[] = [];
  let last = NaN;
  for (const [lon = 0, lat = 0] of positions) {
    const { x, y } = project(lat, lon);
    last = Number.isNaN(last) ? x : x - Math.round(x - last);
    points.push(last, y);
  }
  const [first = 0] = points;
  if (Math.abs(last - first) > 0.5) points.push(last, 1, first, 1);
  const line = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (let i = 0; i < points.length; i += 2) {
    const [x = 0, y = 0] = points.slice(i, i + 2);
    line.left = Math.min(line.left, x);
    line.right = Math.max(line.right, x);
    line.top = Math.min(line.top, y);
    line.bottom = Math.max(line.bottom, y);
  }
  return { ...line, points: Float64Array.from(points) };
}

export function shapesOf(atlas: Atlas): Shapes {
  const land = feature(atlas, atlas.objects.land).features.flatMap(({ geometry }) =>
    geometry.type === 'MultiPolygon'
      ? geometry.coordinates
      : geometry.type === 'Polygon'
        ? [geometry.coordinates]
        : [],
  );
  const borders = mesh(atlas, atlas.objects.countries, (one, other) => one !== other);
  return { land: land.map((rings) => rings.map(lineOf)), borders: borders.coordinates.map(lineOf) };
}

/** Those for a zoom. Throws where they cannot be fetched; then they are fetched anew when asked for again. */
export function shapesFor(zoom: number): Promise<Shapes> {
  const file = files[needed.filter((from) => zoom >= from).length] ?? coarse;
  const known = kept.get(file);
  if (known) return known;
  const fetched = fetch(file).then(async (response) => {
    if (!response.ok) throw new Error(`${file}: ${String(response.status)}`);
    return shapesOf((await response.json()) as Atlas);
  });
  kept.set(file, fetched);
  fetched.catch(() => kept.delete(file));
  return fetched;
}
