import { describe, expect, it } from 'vitest';
import { Planner } from './plan';

describe('a planner', () => {
  const content = { aspects: new Float32Array(40).fill(1.5) };

  it('keeps room for a month that is not loaded, near what it will need', () => {
    const planner = new Planner();
    const before = planner.plan(null, false, 60, 1200);
    const after = planner.plan(content, true, 60, 1200);
    expect(before.rows).toBeNull();
    expect(Math.abs(before.height - after.height) / after.height).toBeLessThan(0.25);
  });

  it('keeps room for the rest of a month that came in part', () => {
    const planner = new Planner();
    expect(planner.plan(content, false, 6000, 1200).height).toBeGreaterThan(
      10 * planner.plan(content, true, 60, 1200).height,
    );
  });

  it('lays the same content out once, and again for another width', () => {
    const planner = new Planner();
    const first = planner.plan(content, true, 60, 1200).rows;
    expect(planner.plan(content, true, 60, 1200).rows).toBe(first);
    expect(planner.plan(content, true, 60, 600).rows).not.toBe(first);
  });
});
