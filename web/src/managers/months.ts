import type { Block } from './library.svelte';
import type { Row } from './surface.svelte';

/** What is near the screen of one month: blocks by their number, and rows. */
export interface MonthParts {
  month: string;
  first: number;
  near: number[];
  rows: Row[];
}

/** In the order in which the months stand. */
export function byMonth(
  blocks: readonly Block[],
  near: readonly number[],
  rows: readonly Row[],
): MonthParts[] {
  const all = new Map<string, MonthParts>();
  const of = (block: Block, at: number): MonthParts => {
    const known = all.get(block.month) ?? { month: block.month, first: at, near: [], rows: [] };
    all.set(block.month, known);
    return known;
  };
  for (const at of near) {
    const block = blocks[at];
    if (block) of(block, at).near.push(at);
  }
  for (const row of rows) of(row.block, blocks.indexOf(row.block)).rows.push(row);
  return [...all.values()].sort((a, b) => a.first - b.first);
}
