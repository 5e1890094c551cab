// The order in which months are searched.

/** How many months there were before one ("2024-05"). */
function ordinal(month: string): number {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return year * 12 + number;
}

/** Those nearest to one first; of two as near, the earlier. */
export function nearestFirst<T extends { month: string }>(months: readonly T[], to: string): T[] {
  const at = ordinal(to);
  const away = ({ month }: T): number => {
    const months = ordinal(month) - at;
    return months > 0 ? months * 2 : -months * 2 - 1;
  };
  return [...months].sort((a, b) => away(a) - away(b));
}
