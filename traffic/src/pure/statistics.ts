// Percentiles and slopes, of all samples: nothing is estimated from buckets, and nothing is an average.

/** The smallest sample that at least this part of all samples do not exceed (nearest rank). NaN of none. */
export function percentile(sorted: readonly number[], part: number): number {
  if (sorted.length === 0) return NaN;
  // 0.999 · 1000 is 999.0000000000001 in floating point; that is no reason to take the next one.
  const rank = Math.ceil(part * sorted.length - 1e-9);
  return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1] ?? NaN;
}

export interface Latency {
  count: number;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
}

export function latency(samples: readonly number[]): Latency {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (part: number): number => round(percentile(sorted, part));
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) };
}

export interface Pair {
  p50: number | null;
  p90: number | null;
}

/** null where there is no sample: JSON has no NaN. */
export function pair(samples: readonly number[], digits = 1): Pair {
  const sorted = [...samples].sort((a, b) => a - b);
  if (sorted.length === 0) return { p50: null, p90: null };
  return { p50: round(percentile(sorted, 0.5), digits), p90: round(percentile(sorted, 0.9), digits) };
}

export function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}

export interface Slope {
  /** How much it grows a second, by least squares. */
  perSecond: number;
  /** Standard error of that. */
  error: number;
  /** Whether it is within what two standard errors allow, or grows less than a twentieth over the whole time. */
  flat: boolean;
}

/** Of points (seconds, value). Fewer than three say nothing and count as flat. */
export function slope(points: readonly (readonly [number, number])[]): Slope {
  const n = points.length;
  if (n < 3) return { perSecond: 0, error: 0, flat: true };
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return { perSecond: 0, error: 0, flat: true };
  const perSecond = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - perSecond * (x - meanX)) ** 2, 0);
  const error = Math.sqrt(rest / (n - 2) / spread);
  const whole = perSecond * ((points[n - 1]?.[0] ?? 0) - (points[0]?.[0] ?? 0));
  return { perSecond, error, flat: perSecond <= 2 * error || whole <= 0.05 * Math.abs(meanY) };
}
