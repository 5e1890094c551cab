// Justified rows: every row as wide as the page, as high as it must be. Arithmetic on typed arrays, linear in the number
// of photos; nothing here knows the document.

export interface Rows {
  /** Row r holds photos starts[r] up to, not including, starts[r + 1]. */
  starts: Uint32Array;
  /** The top edge of each row, from the top of the block. */
  tops: Float64Array;
  heights: Float32Array;
  /** Of the block, without a gap below the last row. */
  height: number;
}

export interface Box {
  index: number;
  left: number;
  width: number;
}

const narrowest = 0.4;
const widest = 4;

/** Width/height, kept in bounds: a panorama or a chimney is cropped in its tile rather than spoiling its row. */
export function aspectOf(width: number, height: number): number {
  return Math.min(widest, Math.max(narrowest, width / height));
}

/** The height that rows aim at on a page of this width. */
export function targetHeight(width: number): number {
  return Math.round(Math.min(260, Math.max(120, 90 + width / 8)));
}

/** Breaks photos into rows: a row ends where its height comes nearest to the target. The last one is not stretched. */
export function justify(aspects: ArrayLike<number>, width: number, target: number, gap: number): Rows {
  const starts: number[] = [0];
  const heights: number[] = [];
  let sum = 0;
  let first = 0;
  for (let i = 0; i < aspects.length; i++) {
    const aspect = aspects[i] ?? 1;
    const before = (width - gap * (i - first - 1)) / sum;
    sum += aspect;
    const after = (width - gap * (i - first)) / sum;
    if (after > target) continue;
    const closeWithout = i > first && before - target < target - after;
    heights.push(closeWithout ? before : after);
    first = closeWithout ? i : i + 1;
    starts.push(first);
    sum = closeWithout ? aspect : 0;
    // A photo that was left over may fill a row by itself.
    if (closeWithout && width / sum <= target) {
      heights.push(width / sum);
      first = i + 1;
      starts.push(first);
      sum = 0;
    }
  }
  if (first < aspects.length) {
    heights.push(target);
    starts.push(aspects.length);
  }
  const tops = new Float64Array(heights.length);
  let top = 0;
  heights.forEach((height, row) => {
    tops[row] = top;
    top += height + gap;
  });
  return {
    starts: Uint32Array.from(starts),
    tops,
    heights: Float32Array.from(heights),
    height: Math.max(0, top - gap),
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

/** The height of a block of which only the sum of aspects is known. */
export function estimateHeight(aspectSum: number, width: number, target: number, gap: number): number {
  const rows = Math.max(1, Math.ceil((aspectSum * target) / width));
  return rows * (target + gap) - gap;
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

function lastNotAfter(sorted: Float64Array | Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
