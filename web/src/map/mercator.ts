// The map's projection, Web Mercator, in units of the world: x from 0 (180° west) to 1, y from 0 (85.05° north) to 1.

export interface Point {
  x: number;
  y: number;
}

/** What a screen shows: what is in its middle, and how many pixels the world is wide (256 · 2^zoom). */
export interface View {
  x: number;
  y: number;
  zoom: number;
}

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** Beyond it the square map does not reach. */
export const highest = 85.05;
export const farthestIn = 17;

export function worldSize(zoom: number): number {
  return 256 * 2 ** zoom;
}

export function project(lat: number, lon: number): Point {
  const phi = (Math.max(-highest, Math.min(highest, lat)) * Math.PI) / 180;
  return { x: lon / 360 + 0.5, y: 0.5 - Math.asinh(Math.tan(phi)) / (2 * Math.PI) };
}

/** In degrees; the longitude goes on beyond 180 for an x beyond 1. */
export function unproject({ x, y }: Point): { lat: number; lon: number } {
  return { lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI, lon: (x - 0.5) * 360 };
}

/** The view with its middle on the world and neither above nor below it where that can be; `height` in pixels. */
export function held(view: View, height: number): View {
  const zoom = Math.max(0, Math.min(farthestIn, view.zoom));
  const half = height / 2 / worldSize(zoom);
  const y = half >= 0.5 ? 0.5 : Math.max(half, Math.min(1 - half, view.y));
  return { x: view.x - Math.floor(view.x), y, zoom };
}

/** Nearer or farther with the point that is `dx`, `dy` pixels from the middle staying where it is. */
export function zoomed(view: View, steps: number, dx = 0, dy = 0): View {
  const zoom = Math.max(0, Math.min(farthestIn, view.zoom + steps));
  const moved = 1 / worldSize(view.zoom) - 1 / worldSize(zoom);
  return { x: view.x + dx * moved, y: view.y + dy * moved, zoom };
}

export function moved(view: View, dx: number, dy: number): View {
  const size = worldSize(view.zoom);
  return { ...view, x: view.x + dx / size, y: view.y + dy / size };
}

/** What is shown, in degrees. West may be larger than east: across the date line. */
export function boxOf(view: View, width: number, height: number): Box {
  const size = worldSize(view.zoom);
  const upper = unproject({ x: view.x - width / 2 / size, y: Math.max(0, view.y - height / 2 / size) });
  const lower = unproject({ x: view.x + width / 2 / size, y: Math.min(1, view.y + height / 2 / size) });
  if (width >= size) return { west: -180, south: lower.lat, east: 180, north: upper.lat };
  return { west: within(upper.lon), south: lower.lat, east: within(lower.lon), north: upper.lat };
}

/** From -180 to 180. */
function within(lon: number): number {
  return lon - 360 * Math.floor((lon + 180) / 360);
}

/** Where a place is on the screen, from its middle, in pixels: in the copy of the world that is nearest. */
export function offsetOf(view: View, { x, y }: Point): Point {
  const size = worldSize(view.zoom);
  const away = x - view.x;
  return { x: (away - Math.round(away)) * size, y: (y - view.y) * size };
}

/** The view that shows all of these, with a margin; the world if there are none. */
export function viewOf(points: readonly Point[], width: number, height: number): View {
  const whole = { x: 0.5, y: 0.42, zoom: Math.log2(Math.max(width, height, 256) / 256) };
  if (points.length === 0) return whole;
  const ys = points.map(({ y }) => y);
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const { from, span } = shortest(points.map(({ x }) => x));
  const room = 0.8;
  const fit = Math.min((width * room) / Math.max(span, 1e-9), (height * room) / Math.max(bottom - top, 1e-9));
  return { x: from + span / 2, y: (top + bottom) / 2, zoom: Math.min(Math.log2(fit / 256), 12) };
}

/** The shortest stretch of the round world that holds all of these. */
function shortest(xs: readonly number[]): { from: number; span: number } {
  const sorted = [...xs].sort((a, b) => a - b);
  let best = { from: sorted[0] ?? 0, span: (sorted.at(-1) ?? 0) - (sorted[0] ?? 0) };
  for (let i = 1; i < sorted.length; i++) {
    const from = sorted[i] ?? 0;
    const span = (sorted[i - 1] ?? 0) + 1 - from;
    if (span < best.span) best = { from, span };
  }
  return best;
}
