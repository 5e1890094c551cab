// Justified rows: every row as wide as the page, as high as it must be. Arithmetic on typed arrays, linear in the number
// of photos; nothing here knows the document.

export interface Rows {
  /** Row r holds photos starts[r] up to, not including, starts[r + 1]. */
  starts: Uint32Array;
  /** The top edge of each row's photos, from the top of the block. */
  tops: Float64Array;
  heights: Float32Array;
  /** 1 where a day begins in the row: there is room for its label above. */
  labelled: Uint8Array;
  /** Of the block, with the gap below the last row. */
  height: number;
}

export interface Box {
  index: number;
  left: number;
  width: number;
}

/** What rows are made for. */
export interface Frame {
  width: number;
  target: number;
  gap: number;
  /** Room above a row in which a day begins. */
  label: number;
}

const narrowest = 0.4;
const widest = 4;
/** A row that is this full is stretched rather than left ragged. */
const fullEnough = 0.7;
/** A day that fills this many rows begins one of its own. */
const longDay = 2.5;

/** Width/height, kept in bounds: a panorama or a chimney is cropped in its tile rather than spoiling its row. */
export function aspectOf(width: number, height: number): number {
  return Math.min(widest, Math.max(narrowest, width / height));
}

/** Rows aim at three heights; photos touch the edges on phones. */
export function frameFor(width: number): Frame {
  const target = width < 600 ? 110 : width < 1000 ? 160 : 220;
  return { width, target, gap: width < 600 ? 2 : 4, label: 40 };
}

/**
 * Breaks photos into rows: a row ends where its height comes nearest to the target. `counts` are of the days, one after the
 * other: short days share a row, a long one begins its own where that leaves no gap. The last row is stretched if it is nearly
 * full, or if more of the same month follows in another block (`open`).
 */
export function justify(
  aspects: ArrayLike<number>,
  counts: readonly number[],
  frame: Frame,
  open = false,
): Rows {
  const { width, target, gap } = frame;
  const begins = dayStarts(counts, aspects.length);
  const starts: number[] = [0];
  const heights: number[] = [];
  let sum = 0;
  let first = 0;
  const close = (end: number, height: number): void => {
    heights.push(height);
    starts.push(end);
    first = end;
    sum = 0;
  };
  const filled = (end: number): number => (width - gap * (end - first - 1)) / sum;
  for (let i = 0; i < aspects.length; i++) {
    if (i > first && begins.has(i) && target / filled(i) >= fullEnough) {
      const day = sumOf(aspects, i, begins.get(i) ?? 0);
      if (day * target >= longDay * width) close(i, filled(i));
    }
    const aspect = aspects[i] ?? 1;
    const before = i > first ? filled(i) : Infinity;
    sum += aspect;
    const after = filled(i + 1);
    if (after > target) continue;
    if (before - target >= target - after) {
      close(i + 1, after);
      continue;
    }
    close(i, before);
    sum = aspect;
    // A photo that was left over may fill a row by itself.
    if (width / sum <= target) close(i + 1, width / sum);
  }
  if (first < aspects.length) {
    const stretched = filled(aspects.length);
    const stretch = target / stretched >= fullEnough || (open && stretched < target * 2);
    close(aspects.length, stretch ? stretched : target);
  }
  return stacked(starts, heights, begins, frame);
}

function dayStarts(counts: readonly number[], length: number): Map<number, number> {
  const begins = new Map<number, number>();
  let at = 0;
  for (const count of counts) {
    if (at < length) begins.set(at, count);
    at += count;
  }
  return begins;
}

function sumOf(aspects: ArrayLike<number>, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < Math.min(aspects.length, from + count); i++) sum += aspects[i] ?? 1;
  return sum;
}

function stacked(starts: number[], heights: number[], begins: Map<number, number>, frame: Frame): Rows {
  const tops = new Float64Array(heights.length);
  const labelled = new Uint8Array(heights.length);
  const days = [...begins.keys()];
  let next = 0;
  let top = 0;
  heights.forEach((height, row) => {
    while (next < days.length && (days[next] ?? 0) < (starts[row] ?? 0)) next++;
    if ((days[next] ?? Infinity) < (starts[row + 1] ?? 0)) {
      labelled[row] = 1;
      top += frame.label;
    }
    tops[row] = top;
    top += height + frame.gap;
  });
  return {
    starts: Uint32Array.from(starts),
    tops,
    heights: Float32Array.from(heights),
    labelled,
    height: top,
  };
}

/** Where the photos of a row stand. */
export function boxes(rows: Rows, row: number, aspects: ArrayLike<number>, gap: number): Box[] {
  const height = rows.heights[row] ?? 0;
  const result: Box[] = [];
  let left = 0;
  for (let index = rows.starts[row] ?? 0; index < (rows.starts[row + 1] ?? 0); index++) {
    const width = (aspects[index] ?? 1) * height;
    result.push({ index, left, width });
    left += width + gap;
  }
  return result;
}

/** The height of a block of which only the days' sums of aspects are known. */
export function estimateHeight(sums: readonly number[], frame: Frame): number {
  const all = sums.reduce((sum, one) => sum + one, 0);
  const rows = Math.max(1, (all * frame.target) / frame.width);
  return rows * (frame.target + frame.gap) + Math.min(rows, sums.length) * frame.label;
}

/** The rows that touch the band from `from` to `to`: the first, and the one after the last. */
export function rowsWithin(rows: Rows, from: number, to: number): [number, number] {
  const first = Math.max(0, lastNotAfter(rows.tops, from));
  return [first, Math.max(first, lastNotAfter(rows.tops, to) + 1)];
}

/** The row that holds photo `index`. */
export function rowOf(rows: Rows, index: number): number {
  return Math.max(0, lastNotAfter(rows.starts, index));
}

/** Running sums: where each of several blocks, one below the other, begins; and the end of all. */
export function stack(heights: readonly number[]): Float64Array {
  const tops = new Float64Array(heights.length + 1);
  heights.forEach((height, i) => {
    tops[i + 1] = (tops[i] ?? 0) + height;
  });
  return tops;
}

/** The last of `sorted` that is not after `value`; -1 if all are. */
export function lastNotAfter(sorted: Float64Array | Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
