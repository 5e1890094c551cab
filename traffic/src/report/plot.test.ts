import { describe, expect, it } from 'vitest';
import { escape, plot, ticks } from './plot.js';

describe('plots', () => {
  it('have round ticks that hold the highest value', () => {
    expect(ticks(97, false)).toEqual([0, 25, 50, 75, 100]);
    expect(ticks(0.4, false)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(ticks(250, true)).toEqual([1, 10, 100, 1000]);
    expect(ticks(0, false)).toEqual([0, 1]);
  });

  it('leave a gap where there is no value', () => {
    const points = [
      [0, 1],
      [1, NaN],
      [2, 1],
      [3, 2],
    ] as const;
    const drawn = plot({ title: 't', x: 'x', y: 'y', lines: [{ name: 'n', points, style: 1 }] });
    expect(/ d="(M[^"]*L[^"]*)"/.exec(drawn)?.[1]?.match(/M/g)).toHaveLength(2);
  });

  it('of nothing are not drawn', () => {
    expect(plot({ title: 't', x: 'x', y: 'y', lines: [{ name: 'n', points: [], style: 1 }] })).toBe('');
  });

  it('take text for text', () => {
    expect(escape('<b a="1">&')).toBe('&lt;b a=&quot;1&quot;&gt;&amp;');
  });
});
