// Months of which each fills only a part of a row stand side by side: a lonely photo takes no band of the page for itself.

/** What is known of a month before it is laid out. */
export interface Candidate {
  /** The width of its photos in one row at the target height; Infinity where it needs more than one, or is part of a month. */
  width: number;
  height: number;
}

export interface Shelved {
  left: number;
  /** How much further down the next one begins: nothing but for the last on a shelf. */
  advance: number;
  /** The width that it has for its heading and labels. */
  room: number;
}

/** A month's heading needs this much. */
const narrowest = 232;
const between = 40;

export function shelve(months: readonly Candidate[], width: number): Shelved[] {
  const result: Shelved[] = [];
  let at = 0;
  while (at < months.length) {
    let left = 0;
    let height = 0;
    let end = at;
    for (; end < months.length; end++) {
      const room = Math.max(narrowest, months[end]?.width ?? Infinity);
      if (end > at && left + room > width) break;
      height = Math.max(height, months[end]?.height ?? 0);
      result.push({ left: Math.min(left, width), advance: 0, room: Math.min(room, width - left) });
      left += room + between;
    }
    const last = result[end - 1];
    if (last) {
      last.advance = height;
      last.room = width - last.left;
    }
    at = end;
  }
  return result;
}
