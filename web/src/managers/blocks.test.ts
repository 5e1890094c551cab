import { describe, expect, it } from 'vitest';
import type { MonthColumns } from '../api/client';
import { blocksOf, select } from './blocks';

describe('blocks', () => {
  it('are months, and parts of large ones, that have all photos and days', () => {
    const days: [number, number, number][] = [
      [31, 900, 1200],
      [12, 1500, 2000],
      [1, 200, 250],
    ];
    const parts = blocksOf(
      [
        { month: '2024-05', count: 2600, days },
        { month: '2024-04', count: 1400, days: [[9, 1400, 2100]] },
      ],
      1000,
    );
    expect(parts.map(({ month, offset, count, open }) => [month, offset, count, open])).toEqual([
      ['2024-05', 0, 1000, true],
      ['2024-05', 1000, 1000, true],
      ['2024-05', 2000, 600, false],
      ['2024-04', 0, 1400, false],
    ]);
    for (const part of parts) expect(part.days.reduce((sum, day) => sum + day[1], 0)).toBe(part.count);
    const sums = parts.slice(0, 3).flatMap((part) => part.days.map((day) => day[2]));
    expect(sums.reduce((a, b) => a + b)).toBeCloseTo(3450, 6);
    expect(parts[1]?.days.map((day) => day[0])).toEqual([12]);
  });

  it('are picked from in all columns alike', () => {
    const columns = {
      count: 3,
      version: 'v',
      id: ['a', 'b', 'c'],
      width: [1, 2, 3],
    } as unknown as MonthColumns;
    expect(select(columns, [2, 0])).toEqual({ count: 3, version: 'v', id: ['c', 'a'], width: [3, 1] });
    expect(select(columns, 1, 3).id).toEqual(['b', 'c']);
  });
});
