// Names on the map: the more important ones first, and none over another.
import type { Placed } from './grid';
import type { Palette } from './palette';
import { textOf } from './schema';
import type { NamedPoint } from './vector';

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const most = 300;
const gap = 6;

export function drawNames(
  context: CanvasRenderingContext2D,
  tiles: readonly { placed: Placed; names: readonly NamedPoint[] }[],
  zoom: number,
  language: string,
  palette: Palette,
): void {
  const { clientWidth, clientHeight } = context.canvas;
  const points = tiles.flatMap(({ placed, names }) =>
    names
      .filter(({ from }) => zoom >= from)
      .map((name) => ({
        ...name,
        x: placed.left + name.x * placed.width,
        y: placed.top + name.y * placed.width,
      })),
  );
  const seen = points.filter(({ x, y }) => x >= 0 && x <= clientWidth && y >= 0 && y <= clientHeight);
  seen.sort((one, other) => one.rank - other.rank);
  const family = getComputedStyle(context.canvas).fontFamily;
  const taken: Box[] = [];
  context.save();
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = palette.halo;
  context.fillStyle = palette.text;
  for (const { x, y, size, properties } of seen.slice(0, most)) {
    const text = textOf(properties, language);
    if (text === '') continue;
    context.font = `${String(size)}px ${family}`;
    const half = context.measureText(text).width / 2 + gap;
    const box = { left: x - half, right: x + half, top: y - size / 2 - gap, bottom: y + size / 2 + gap };
    if (taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
  context.restore();
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
