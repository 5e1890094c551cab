import { describe, expect, it } from 'vitest';
import { Random, seedOf } from './random.js';

describe('chance', () => {
  it('repeats by its seed, and differs with it', () => {
    const draw = (seed: number): number[] => {
      const random = new Random(seed);
      return [random.next(), random.whole(1, 1000), random.think(500)];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('takes each as often as its weight says', () => {
    const random = new Random(1);
    const list = [
      { name: 'a', weight: 9 },
      { name: 'b', weight: 1 },
    ];
    const drawn = Array.from({ length: 10_000 }, () => random.weighted(list).name);
    expect(drawn.filter((name) => name === 'b').length).toBeGreaterThan(850);
    expect(drawn.filter((name) => name === 'b').length).toBeLessThan(1150);
  });

  it('draws whole numbers from both ends on', () => {
    const random = new Random(3);
    const drawn = new Set(Array.from({ length: 200 }, () => random.whole(3, 5)));
    expect([...drawn].sort()).toEqual([3, 4, 5]);
  });

  it('gives each part of a run its own seed', () => {
    const seeds = Array.from({ length: 1000 }, (_, i) => seedOf(1, `journey ${String(i)}`));
    expect(new Set(seeds).size).toBe(1000);
    expect(seedOf(1, 'load')).not.toBe(seedOf(2, 'load'));
  });
});
