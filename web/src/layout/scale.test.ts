import { describe, expect, it } from 'vitest';
import { densityBars, yearMarks } from './scale';

const marks = [
  { month: '2024-05', begins: true, top: 0 },
  { month: '2024-05', begins: false, top: 300 },
  { month: '2023-12', begins: true, top: 500 },
  { month: '2022-01', begins: true, top: 510 },
  { month: '2019-01', begins: true, top: 900 },
];

describe('beside the scroll bar', () => {
  it('every year stands once, and none where there is no room', () => {
    expect(yearMarks(marks, 1000, 800)).toEqual([
      { year: '2024', at: 0 },
      { year: '2023', at: 0.5 },
      { year: '2019', at: 0.9 },
    ]);
  });

  it('every month has a line, longer for more photos', () => {
    const months = [
      { month: '2024-05', count: 1000 },
      { month: '2023-12', count: 1 },
      { month: '2022-01', count: 10 },
      { month: '2019-01', count: 10 },
    ];
    const lines = [...densityBars(marks, months, 1000, 800).matchAll(/M44 ([\d.]+)h-(\d+)/g)];
    expect(lines.map((line) => Number(line[1]))).toEqual([0.5, 400.5, 408.5, 720.5]);
    expect(lines.map((line) => Number(line[2]))).toEqual([14, 4, 7, 7]);
  });
});
