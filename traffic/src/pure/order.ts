// Whether tiles stand as a timeline must: months newest first, photos of a month by their place in it.
import type { Tile } from '../browsers/inpage.js';

/** What is out of order, or null. */
export function outOfOrder(tiles: readonly Tile[]): string | null {
  for (let i = 1; i < tiles.length; i++) {
    const before = tiles[i - 1];
    const tile = tiles[i];
    if (!before || !tile) continue;
    if (tile.month > before.month) return `${tile.month} stands after ${before.month}`;
    if (tile.month === before.month && tile.index <= before.index) {
      return `photo ${String(tile.index)} of ${tile.month} stands after ${String(before.index)}`;
    }
    const sameRow = Math.abs(tile.top - before.top) < 2;
    if (sameRow ? tile.left <= before.left : tile.top < before.top) {
      return `photo ${String(tile.index)} of ${tile.month} is drawn before the one that it follows`;
    }
  }
  return null;
}

/**
 * Two that stand the other way round than in the server's own list, or null. `ids` are a month's. What others added or
 * deleted since the page was opened is no difference, while most are still the same: a page of somebody who is not logged in is not told of it.
 */
export function otherWayRound(tiles: readonly Tile[], month: string, ids: readonly string[]): string | null {
  const places = new Map(ids.map((id, place) => [id, place]));
  const shown = tiles.filter((tile) => tile.month === month);
  const known = shown.filter((tile) => places.has(tile.id));
  if (known.length * 2 < shown.length) {
    return `${String(known.length)} of ${String(shown.length)} photos of ${month} are in the server's list`;
  }
  for (let i = 1; i < known.length; i++) {
    const [before, tile] = [known[i - 1], known[i]];
    if (before && tile && (places.get(tile.id) ?? 0) < (places.get(before.id) ?? 0)) {
      return `${tile.id} stands after ${before.id} in ${month}, and before it in the server's list`;
    }
  }
  return null;
}

/** What is not where the server's own list has it, or null. `ids` are a month's, from its first photo. */
export function otherThan(tiles: readonly Tile[], month: string, ids: readonly string[]): string | null {
  const wrong = tiles.find((tile) => tile.month === month && ids[tile.index] !== tile.id);
  return wrong
    ? `${wrong.id} stands at ${String(wrong.index)} of ${month}, where the server has another`
    : null;
}
