// The layout of months one below the other: those that are loaded as they are, the others by estimate.
import { estimateHeight, justify, targetHeight, type Rows } from './justified';

/** The space above a month's photos, its heading's. The style sheet of MonthSection has the same. */
export const headingHeight = 64;

export interface Content {
  aspects: Float32Array;
}

export interface PlannedMonth {
  /** Null until the month is loaded. */
  rows: Rows | null;
  /** Of the photos, without the heading. */
  height: number;
}

/** Lays months out and remembers what it did while content and width stay the same. */
export class Planner {
  #known = new WeakMap<Content, { width: number; rows: Rows }>();

  plan(content: Content | null, complete: boolean, aspectSum: number, width: number): PlannedMonth {
    const target = targetHeight(width);
    const gap = gapFor(width);
    const estimate = complete ? 0 : estimateHeight(aspectSum, width, target, gap);
    if (!content) return { rows: null, height: estimate };
    let known = this.#known.get(content);
    if (known?.width !== width) {
      known = { width, rows: justify(content.aspects, width, target, gap) };
      this.#known.set(content, known);
    }
    return { rows: known.rows, height: Math.max(known.rows.height, estimate) };
  }
}

export function gapFor(width: number): number {
  return width < 600 ? 4 : 8;
}
