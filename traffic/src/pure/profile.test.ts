import { describe, expect, it } from 'vitest';
import { kneeOf, nextRate, type Trial } from './profile.js';

/** The search over a gallery that holds up to `limit` visits a second. */
function search(limit: number): Trial[] {
  const trials: Trial[] = [];
  for (let rate = nextRate(trials); rate !== null; rate = nextRate(trials)) {
    expect(trials.map((trial) => trial.rate)).not.toContain(rate);
    trials.push({ rate, held: rate <= limit });
  }
  return trials;
}

describe('the search for the knee', () => {
  it('begins at 10 visits a second', () => {
    expect(nextRate([])).toBe(10);
  });

  it.each([1, 4, 10, 11, 57, 100, 999])('finds %i to a tenth', (limit) => {
    const knee = kneeOf(search(limit));
    expect(knee).toBeLessThanOrEqual(limit);
    expect(knee).toBeGreaterThanOrEqual(Math.floor(limit * 0.88));
  });

  it('ends where nothing holds, and where nothing breaks', () => {
    expect(kneeOf(search(0))).toBe(0);
    expect(search(1e9).length).toBeLessThan(20);
  });

  it('does not count a rate that held above one that broke', () => {
    expect(
      kneeOf([
        { rate: 10, held: true },
        { rate: 15, held: false },
        { rate: 22, held: true },
      ]),
    ).toBe(10);
  });
});
