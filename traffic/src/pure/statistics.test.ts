import { describe, expect, it } from 'vitest';
import { latency, pair, percentile, slope } from './statistics.js';

describe('percentiles', () => {
  it('are samples: the smallest that the part of all do not exceed', () => {
    const thousand = Array.from({ length: 1000 }, (_, i) => i + 1);
    expect(percentile(thousand, 0.5)).toBe(500);
    expect(percentile(thousand, 0.999)).toBe(999);
    expect(percentile(thousand, 1)).toBe(1000);
    expect(percentile([7], 0.5)).toBe(7);
    expect(percentile([1, 2], 0.5)).toBe(1);
    expect(percentile([1, 2, 3], 0.9)).toBe(3);
  });

  it('show one slow answer of a thousand in the maximum, and no earlier', () => {
    const found = latency([...Array.from({ length: 999 }, () => 1), 5000]);
    expect(found).toEqual({ count: 1000, p50: 1, p90: 1, p99: 1, p999: 1, max: 5000 });
  });

  it('of nothing are nothing, and JSON can say so', () => {
    expect(percentile([], 0.5)).toBeNaN();
    expect(JSON.stringify(pair([]))).toBe('{"p50":null,"p90":null}');
  });

  it('do not change the list and do not need it sorted', () => {
    const list = [3, 1, 2];
    expect(latency(list).max).toBe(3);
    expect(list).toEqual([3, 1, 2]);
  });
});

describe('a slope', () => {
  const noise = (i: number): number => ((i * 7919) % 13) - 6;

  it('of noise around a level is flat', () => {
    expect(slope(Array.from({ length: 200 }, (_, i) => [i, 100 + noise(i)] as const)).flat).toBe(true);
  });

  it('of a leak is not, however small beside the noise', () => {
    const found = slope(Array.from({ length: 200 }, (_, i) => [i, 100 + i * 0.2 + noise(i)] as const));
    expect(found.flat).toBe(false);
    expect(found.perSecond).toBeCloseTo(0.2, 1);
  });

  it('downwards is no leak', () => {
    expect(slope(Array.from({ length: 50 }, (_, i) => [i, 100 - i] as const)).flat).toBe(true);
  });
});
