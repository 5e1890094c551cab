import { describe, expect, it } from 'vitest';
import { endOf, lastDay } from './shareDays';

describe('the end of a share', () => {
  it('is the end of the day that is named, also where clocks change and years end', () => {
    for (const day of ['2027-02-28', '2028-02-29', '2026-12-31', '2027-03-28', '2027-10-31']) {
      expect(lastDay(endOf(day)), day).toBe(day);
      const end = new Date(endOf(day));
      expect([end.getHours(), end.getMinutes(), end.getMilliseconds()], day).toEqual([0, 0, 0]);
    }
  });

  it('of another moment is that day', () => {
    expect(lastDay(new Date(2027, 4, 3, 15, 30).toISOString())).toBe('2027-05-03');
  });
});
