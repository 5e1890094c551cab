// Plots as SVG, for a page that loads nothing.

export interface Line {
  name: string;
  /** x, y; a gap where y is NaN. */
  points: readonly (readonly [number, number])[];
  /** One of the style sheet's: a colour and a dash, so that colour alone says nothing. */
  style: 1 | 2 | 3;
}

export interface Plot {
  title: string;
  x: string;
  y: string;
  lines: readonly Line[];
  /** Upright marks. */
  marks?: readonly { x: number; name: string }[];
  /** A level that may not be exceeded. */
  goal?: number;
  log?: boolean;
}

const width = 760;
const height = 260;
const left = 64;
const right = 16;
const top = 16;
const bottom = 44;

export function escape(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one] ?? one,
  );
}

/** Round numbers from 0 or, logarithmic, powers of ten, that hold all values. */
export function ticks(highest: number, log: boolean): number[] {
  if (log) {
    const top = Math.max(1, Math.ceil(Math.log10(Math.max(highest, 1))));
    return Array.from({ length: top + 1 }, (_, i) => 10 ** i);
  }
  if (!(highest > 0)) return [0, 1];
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough - 1e-9) ?? rough;
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, i) =>
    Number((i * step).toPrecision(6)),
  );
}

export function plot({ title, x, y, lines, marks = [], goal, log = false }: Plot): string {
  const all = lines.flatMap((line) => line.points).filter(([, value]) => Number.isFinite(value));
  if (all.length === 0) return '';
  const xs = ticks(Math.max(...all.map(([at]) => at), ...marks.map((mark) => mark.x)), false);
  const ys = ticks(Math.max(...all.map(([, value]) => value), goal ?? 0), log);
  const yTop = ys.at(-1) ?? 1;
  // The last round number may lie far beyond the last point.
  const xTop = Math.max(...all.map(([at]) => at), ...marks.map((mark) => mark.x), 1);
  const px = (at: number): number => left + (at / xTop) * (width - left - right);
  const part = (value: number): number =>
    log ? Math.log10(Math.max(value, 1)) / Math.log10(yTop) : value / yTop;
  const py = (value: number): number => height - bottom - part(value) * (height - top - bottom);
  const n = (value: number): string => value.toFixed(1);
  const drawn = [
    ...ys.map(
      (at) =>
        `<line class="grid" x1="${String(left)}" x2="${String(width - right)}" y1="${n(py(at))}" y2="${n(py(at))}"/>` +
        `<text class="tick" x="${String(left - 8)}" y="${n(py(at) + 4)}" text-anchor="end">${String(at)}</text>`,
    ),
    ...xs.map(
      (at) =>
        `<text class="tick" x="${n(px(at))}" y="${String(height - bottom + 18)}" text-anchor="middle">${String(at)}</text>`,
    ),
    ...(goal === undefined
      ? []
      : [
          `<line class="goal" x1="${String(left)}" x2="${String(width - right)}" y1="${n(py(goal))}" y2="${n(py(goal))}"><title>goal: ${String(goal)}</title></line>`,
        ]),
    ...marks.map(
      ({ x: at, name }) =>
        `<g class="mark"><line x1="${n(px(at))}" x2="${n(px(at))}" y1="${String(top)}" y2="${String(height - bottom)}"/>` +
        `<path d="M${n(px(at) - 4)} ${String(top - 6)}h8l-4 7z"/><title>${escape(name)}</title></g>`,
    ),
    ...lines.map(
      (line) =>
        `<path class="line s${String(line.style)}" d="${path(line.points, px, py, n)}"><title>${escape(line.name)}</title></path>`,
    ),
    `<text class="axis" x="${String((left + width - right) / 2)}" y="${String(height - 6)}" text-anchor="middle">${escape(x)}</text>`,
    `<text class="axis" transform="rotate(-90)" x="${String(-(top + height - bottom) / 2)}" y="14" text-anchor="middle">${escape(y)}</text>`,
  ];
  const keys = lines
    .map(
      (line) =>
        `<span><svg width="28" height="8" aria-hidden="true"><path class="line s${String(line.style)}" d="M0 4h28"/></svg> ${escape(line.name)}</span>`,
    )
    .concat(marks.length > 0 ? ['<span>▼ a fault</span>'] : [])
    .concat(goal === undefined ? [] : [`<span>┄ goal, ${String(goal)}</span>`]);
  return (
    `<figure><figcaption>${escape(title)}</figcaption><svg viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="${escape(title)}">` +
    `${drawn.join('')}</svg><p class="key">${keys.join(' ')}</p></figure>`
  );
}

function path(
  points: Line['points'],
  px: (at: number) => number,
  py: (value: number) => number,
  n: (value: number) => string,
): string {
  let pen = 'M';
  let drawn = '';
  for (const [at, value] of points) {
    if (!Number.isFinite(value)) {
      pen = 'M';
      continue;
    }
    drawn += `${pen}${n(px(at))} ${n(py(value))}`;
    pen = 'L';
  }
  return drawn;
}
