// A page that is longer than a browser can make one: the box that scrolls has a bounded height, and where in the library it
// begins, its base, floats. While one scrolls all is 1:1; the base is set back when nothing moves.

/** Far below what browsers end an element at (16.8 million device pixels at two a CSS pixel). */
export const longest = 3_000_000;
/** A step longer than this is no wheel's: somebody took the scroll bar, and means the part of the whole. */
const leap = 20_000;
/** Closer than this to an end of the box that is none of the library, the base is set back at once. */
const edge = 8_000;

export interface Position {
  base: number;
  /** Of the box: how far it is scrolled. */
  scrolled: number;
}

/** The height of the box. */
export function boxHeight(total: number): number {
  return Math.min(total, longest);
}

/** Where the box has to stand, and its base, to show `place` of the library at the top. */
export function positionFor(place: number, total: number, screen: number): Position {
  const wanted = Math.max(0, Math.min(place, total - screen));
  const box = boxHeight(total);
  if (box >= total) return { base: 0, scrolled: wanted };
  const scrolled = Math.round((wanted / (total - screen)) * (box - screen));
  return { base: wanted - scrolled, scrolled };
}

/** After the box was scrolled from one place to another: the position that shows what that meant. */
export function afterScroll(before: Position, scrolled: number, total: number, screen: number): Position {
  const box = boxHeight(total);
  if (box >= total) return { base: 0, scrolled };
  if (Math.abs(scrolled - before.scrolled) > leap) {
    const place = (scrolled / (box - screen)) * (total - screen);
    return { base: place - scrolled, scrolled };
  }
  const nearStart = scrolled < edge && before.base > 0;
  const nearEnd = scrolled > box - screen - edge && before.base + box < total;
  if (nearStart || nearEnd) return positionFor(before.base + scrolled, total, screen);
  return { base: before.base, scrolled };
}
