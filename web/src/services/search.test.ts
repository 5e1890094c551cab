import { describe, expect, it } from 'vitest';
import type { MonthColumns } from '../api/client';
import { sorted } from './search';

/** Of photographs taken then; null where that is not known. */
function columns(...taken: (string | null)[]): MonthColumns {
  const of = <T>(value: T): T[] => taken.map(() => value);
  return {
    version: '',
    count: taken.length,
    offset: 0,
    // Added on 2 March 2024, one after the other.
    id: taken.map((_, i) => `018dfcf1-4800-7000-8000-00000000000${String(i)}`),
    key: of('k'),
    taken_at: taken,
    taken_precision: of('time'),
    width: of(300),
    height: of(200),
    thumbhash: of(null),
    title: of(''),
    favourite: of(false),
    state: of('ready'),
  };
}

describe('what was found', () => {
  it('is a timeline of months and days', () => {
    const { timeline, months } = sorted(
      columns(
        '2024-05-03T10:00:00',
        '2024-05-03T09:00:00',
        '2024-05-01T10:00:00',
        '2019-12-31T23:00:00+02:00',
      ),
    );
    expect(timeline.total).toBe(4);
    expect(timeline.months.map(({ month, count, days }) => [month, count, days])).toEqual([
      [
        '2024-05',
        3,
        [
          [3, 2, 3],
          [1, 1, 1.5],
        ],
      ],
      ['2019-12', 1, [[31, 1, 1.5]]],
    ]);
    expect(months.get('2024-05')?.id).toHaveLength(3);
    expect(months.get('2019-12')?.id).toEqual(['018dfcf1-4800-7000-8000-000000000003']);
  });

  it('has those without a date where the server has them', () => {
    const { timeline } = sorted(columns('2024-05-03T10:00:00', null, '2020-01-01T00:00:00'));
    expect(timeline.months.map(({ month, count }) => [month, count])).toEqual([
      ['2024-05', 2],
      ['2020-01', 1],
    ]);
    expect(sorted(columns(null)).timeline.months.map(({ month, days }) => [month, days[0]?.[0]])).toEqual([
      ['2024-03', 2],
    ]);
  });

  it('may be nothing', () => {
    expect(sorted(columns()).timeline).toMatchObject({ total: 0, months: [] });
  });
});
