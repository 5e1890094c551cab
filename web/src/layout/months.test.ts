import { expect, it } from 'vitest';
import { nearestFirst } from './months';

it('nearestFirst goes from a month outward, over the turn of the year, the earlier one first', () => {
  const months = ['2025-03', '2025-01', '2024-12', '2024-11', '1970-01'].map((month) => ({ month }));
  const order = (to: string): string[] => nearestFirst(months, to).map(({ month }) => month);
  expect(order('2025-01')).toEqual(['2025-01', '2024-12', '2024-11', '2025-03', '1970-01']);
  expect(order('2024-12')).toEqual(['2024-12', '2024-11', '2025-01', '2025-03', '1970-01']);
  expect(order('2026-01')).toEqual(['2025-03', '2025-01', '2024-12', '2024-11', '1970-01']);
  expect(months.map(({ month }) => month)[0]).toBe('2025-03');
});
