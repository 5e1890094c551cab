// Which tiles a view shows, and where.
import { worldSize, type View } from '../mercator';

/** One of the 4^z tiles of a zoom; `x` within the world. */
export interface Address {
  z: number;
  x: number;
  y: number;
}

/** A tile on the screen: its upper left corner and its width, in pixels. */
export interface Placed extends Address {
  left: number;
  top: number;
  width: number;
}

export const keyOf = ({ z, x, y }: Address): string => `${String(z)}/${String(x)}/${String(y)}`;

/**
 * The zoom of the tiles that a view is drawn of, within what the archive has: those of `points` pixels that are shown as
 * large as they are, or up to twice as large.
 */
export function zoomOf(view: View, points: number, minimum: number, maximum: number): number {
  const own = Math.floor(view.zoom - Math.log2(points / 256) + 1e-9);
  return Math.max(minimum, Math.min(maximum, own));
}

/** Those that a screen shows, the nearest to its middle first. Round the world they come several times. */
export function tilesIn(view: View, width: number, height: number, z: number): Placed[] {
  const around = 2 ** z;
  const size = worldSize(view.zoom) / around;
  const from = (middle: number, half: number): number => Math.floor(middle * around - half / size);
  const tiles: Placed[] = [];
  for (
    let y = Math.max(0, from(view.y, height / 2));
    y <= Math.min(around - 1, from(view.y, -height / 2));
    y++
  ) {
    for (let x = from(view.x, width / 2); x <= from(view.x, -width / 2); x++) {
      tiles.push({
        z,
        x: x - around * Math.floor(x / around),
        y,
        left: width / 2 + (x - view.x * around) * size,
        top: height / 2 + (y - view.y * around) * size,
        width: size,
      });
    }
  }
  const away = ({ left, top }: Placed): number =>
    Math.hypot(left + size / 2 - width / 2, top + size / 2 - height / 2);
  return tiles.sort((one, other) => away(one) - away(other));
}

/** The tile `up` zooms farther out in which it lies, as wide as it is there, and where its corner is. */
export function around(tile: Placed, up: number): Placed {
  const parts = 2 ** up;
  const [x, y] = [Math.floor(tile.x / parts), Math.floor(tile.y / parts)];
  return {
    z: tile.z - up,
    x,
    y,
    left: tile.left - (tile.x - x * parts) * tile.width,
    top: tile.top - (tile.y - y * parts) * tile.width,
    width: tile.width * parts,
  };
}
