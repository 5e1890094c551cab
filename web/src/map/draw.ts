// Land and borders on a canvas.
import type { Line, Shapes } from './land';
import { worldSize, type View } from './mercator';

interface Colours {
  sea: string;
  land: string;
  coast: string;
  border: string;
}

/** Fills a canvas of that many CSS pixels, in the colours that its style has for sea, land, coasts and borders. */
export function paint(
  canvas: HTMLCanvasElement,
  shapes: Shapes | null,
  view: View,
  width: number,
  height: number,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = devicePixelRatio;
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const style = getComputedStyle(canvas);
  draw(context, shapes, view, width, height, {
    sea: style.backgroundColor,
    land: style.color,
    coast: style.outlineColor,
    border: style.columnRuleColor,
  });
}

function draw(
  context: CanvasRenderingContext2D,
  shapes: Shapes | null,
  view: View,
  width: number,
  height: number,
  colours: Colours,
): void {
  context.fillStyle = colours.sea;
  context.fillRect(0, 0, width, height);
  if (!shapes) return;
  const size = worldSize(view.zoom);
  const half = width / 2 / size;
  context.lineJoin = 'round';
  // The world lies beside itself on either side, and what crosses the date line reaches into the next.
  for (let copy = Math.floor(view.x - half) - 1; copy <= Math.floor(view.x + half) + 1; copy++) {
    const left = width / 2 - (view.x - copy) * size;
    const top = height / 2 - view.y * size;
    const seen = (line: Line): boolean =>
      left + line.right * size >= 0 &&
      left + line.left * size <= width &&
      top + line.bottom * size >= 0 &&
      top + line.top * size <= height;
    context.beginPath();
    for (const rings of shapes.land) {
      if (!rings[0] || !seen(rings[0])) continue;
      for (const ring of rings) trace(context, ring, left, top, size);
    }
    context.fillStyle = colours.land;
    context.fill('evenodd');
    context.strokeStyle = colours.coast;
    context.lineWidth = 1;
    context.stroke();
    context.beginPath();
    for (const border of shapes.borders) if (seen(border)) trace(context, border, left, top, size);
    context.strokeStyle = colours.border;
    context.lineWidth = 0.75;
    context.stroke();
  }
}

/** Points that are not half a pixel from the last one are left out. */
function trace(
  context: CanvasRenderingContext2D,
  { points }: Line,
  left: number,
  top: number,
  size: number,
): void {
  let lastX = Infinity;
  let lastY = Infinity;
  for (let i = 0; i < points.length; i += 2) {
    const x = left + (points[i] ?? 0) * size;
    const y = top + (points[i + 1] ?? 0) * size;
    const end = i + 2 >= points.length;
    if (!end && Math.abs(x - lastX) < 0.5 && Math.abs(y - lastY) < 0.5) continue;
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
    lastX = x;
    lastY = y;
  }
}

/** Calls when the page may have other colours: by the system, or as the person wants it. */
export function whenRecoloured(then: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(then);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  dark.addEventListener('change', then);
  return () => {
    observer.disconnect();
    dark.removeEventListener('change', then);
  };
}
