import { describe, expect, it } from 'vitest';
import { summary } from './k6.js';

const stage = { name: 'A', rate: 2, seconds: 2 };
const used = { cpu_s: 1, idle: 0.25, seconds: 2 };

describe('what a stage came to', () => {
  const found = summary(
    stage,
    [
      {
        v: 0,
        late: 0,
        r: [
          [0, 'page', 200, 5, 100],
          [900, 'media', 404, 7, 10],
        ],
        up: [],
      },
      { v: 1, late: 40, r: [[540, 'page', 0, 30_000, 0]], up: ['x'] },
      { v: 2, late: 0, r: [[1000, 'page', 304, 2, 0]], up: [] },
    ],
    { dropped: 1, begun: 4 },
    2,
    used,
  );

  it('counts what was planned, begun and dropped', () => {
    expect([found.planned, found.started, found.dropped]).toEqual([5, 4, 1]);
  });

  it('counts refusals, answers that never came and visits that did not end as errors, and keeps times', () => {
    expect(found.errors).toBe(3);
    expect(found.errorKinds).toEqual({ 'media 404': 1, 'page 0': 1, 'visits that did not end': 1 });
    expect(found.latency_ms.page).toMatchObject({ count: 3, p50: 5, max: 30_000 });
    expect(found.latency_ms.all?.count).toBe(4);
  });

  it('puts each visit and answer into its second', () => {
    expect(found.seconds_of.map(({ at_s, visits, errors }) => [at_s, visits, errors])).toEqual([
      [0, 2, 2],
      [1, 1, 0],
    ]);
  });

  it('says what part of all processors the generator used', () => {
    expect(found.generator_share).toBe(0.25);
    expect(found.bytes).toBe(110);
  });
});
