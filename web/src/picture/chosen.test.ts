import { describe, expect, it } from 'vitest';
import type { MonthColumns } from '../api/client';
import { chosen } from './chosen';

function month(name: string, states: string[], titles: string[] = []) {
  const columns = {
    id: states.map((_, i) => `${name}-${String(i)}`),
    key: states.map((_, i) => `key-${String(i)}`),
    width: states.map(() => 300),
    height: states.map(() => 200),
    state: states,
    title: states.map((_, i) => titles[i] ?? ''),
    thumbhash: states.map(() => null),
  };
  return { month: name, content: { columns: columns as unknown as MonthColumns } };
}

const ready = (count: number): string[] => Array.from({ length: count }, () => 'ready');

describe('the chosen ones', () => {
  it('are none where a glance shows all', () => {
    expect(chosen(24, [month('2024-05', ready(24))])).toEqual([]);
    expect(chosen(25, [month('2024-05', ready(25))])).toHaveLength(5);
  });

  it('are spread over what is loaded, and only of that', () => {
    const picks = chosen(100, [
      month('2024-05', ready(5)),
      { month: '2024-04', content: null },
      month('2024-03', ready(5)),
    ]);
    expect(picks.map((one) => one.id)).toEqual([
      '2024-05-0',
      '2024-05-2',
      '2024-05-4',
      '2024-03-1',
      '2024-03-3',
    ]);
  });

  it('are ready, and rather those with a title', () => {
    const some = month('2024-05', ['processing', ...ready(9)], ['', 'a', '', 'b', 'c', 'd', 'e']);
    expect(chosen(100, [some]).map((one) => one.title)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
