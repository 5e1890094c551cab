import { describe, expect, it } from 'vitest';
import type { MonthColumns, Timeline } from '../api/client';
import { nothing } from '../managers/blocks';
import { albumOf, inOrder, isSequence, pageInOrder, shownInOrder, wholeOrder } from './sequence';

const timeline = {
  version: 'v',
  total: 5,
  months: [
    { month: '2024-06', count: 2, days: [[7, 2, 3]] },
    {
      month: '2024-05',
      count: 3,
      days: [
        [9, 1, 1],
        [2, 2, 2.5],
      ],
    },
  ],
} as unknown as Timeline;
const ids: Record<string, string[]> = { '2024-06': ['a', 'b'], '2024-05': ['c', 'd', 'e'] };
const read = (month: string, offset: number, count: number): Promise<MonthColumns> =>
  Promise.resolve({ ...nothing, id: (ids[month] ?? []).slice(offset, offset + count) });

describe('an album in its own order', () => {
  it('is one stretch, whatever months the server has there', () => {
    const { total, months } = inOrder('sequence:x', timeline);
    expect(total).toBe(5);
    expect(months).toEqual([{ month: wholeOrder, count: 5, days: [[1, 5, 6.5]] }]);
    expect(inOrder('sequence:empty', { ...timeline, total: 0, months: [] }).months).toEqual([]);
  });

  it('is read from all months in which a part of it lies', async () => {
    inOrder('sequence:x', timeline);
    const page = async (offset: number, count: number): Promise<string> =>
      (await pageInOrder('sequence:x', offset, count, read)).id.join('');
    expect(await page(0, 5)).toBe('abcde');
    expect(await page(1, 2)).toBe('bc');
    expect(await page(2, 3)).toBe('cde');
    expect(await page(5, 3)).toBe('');
  });

  it('is told by its scope, or by the door of a share', () => {
    expect(isSequence('sequence:x')).toBe(true);
    expect(isSequence('album:x')).toBe(false);
    expect(shownInOrder('share:k', true)).toBe(true);
    expect(shownInOrder('share:k', true)).toBe(false);
    expect(isSequence('share:k')).toBe(true);
    expect(shownInOrder('share:k', false)).toBe(true);
    expect(isSequence('share:k')).toBe(false);
    expect([albumOf('sequence:x'), albumOf('album:y'), albumOf('mine')]).toEqual(['x', 'y', undefined]);
  });
});
