// What stands beside the scroll bar: years, and how many photos a month has.

export interface Mark {
  month: string;
  /** The month's heading is there. */
  begins: boolean;
  top: number;
}

/** Years where they begin, as parts of the whole, as far as there is room for them. */
export function yearMarks(
  marks: readonly Mark[],
  total: number,
  height: number,
): { year: string; at: number }[] {
  const result: { year: string; at: number }[] = [];
  for (const { month, top } of marks) {
    const year = month.slice(0, 4);
    const at = top / Math.max(1, total);
    const last = result.at(-1);
    if (last && (last.year === year || (at - last.at) * height < 24)) continue;
    result.push({ year, at });
  }
  return result;
}

/** The path of an SVG 44 px wide: a line a month from the right edge, longer for more photos, none closer than 3 px. */
export function densityBars(
  marks: readonly Mark[],
  months: readonly { month: string; count: number }[],
  total: number,
  height: number,
): string {
  const counts = new Map(months.map(({ month, count }) => [month, count]));
  const most = Math.log1p(months.reduce((max, { count }) => Math.max(max, count), 1));
  const parts: string[] = [];
  let last = -3;
  for (const { month, begins, top } of marks) {
    const y = (top / Math.max(1, total)) * height;
    if (!begins || y - last < 3) continue;
    last = y;
    const length = 3 + (11 * Math.log1p(counts.get(month) ?? 1)) / most;
    parts.push(`M44 ${String(Math.round(y) + 0.5)}h-${String(Math.round(length))}`);
  }
  return parts.join('');
}
