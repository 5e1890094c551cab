import { describe, expect, it } from 'vitest';
import { summary } from './load/k6.js';
import { kneeBreaks, objectives } from './objectives.js';
import type { Drive, JourneyResult, Settings, Watched } from './types.js';

function stage(ms: number, status = 200, dropped = 0, share = 0.1, idle = 0.5) {
  return summary(
    { name: 'A', rate: 10, seconds: 10 },
    [{ v: 0, late: 0, r: [[0, 'page', status, ms, 1]], up: [] }],
    { dropped, begun: 1 },
    2,
    { cpu_s: share * 20, idle, seconds: 10 },
  );
}

const journey: JourneyResult = {
  journey: 'look around',
  seed: 1,
  device: 'phone',
  network: 'unthrottled',
  cache: 'new',
  at_s: 0,
  checks: 5,
  failed: [],
  repeated: [],
  vitals: { first_picture_ms: 1, lcp_ms: 300, inp_ms: 50, cls: 0 },
  tiles_ms: [],
  written: [],
};
const watched: Watched = { samples: [], faults: [], writes: null, cpu_s: {} };
const settings = { profile: 'steady', faults: false } as Settings;

function driven(change: Partial<Drive>): Drive {
  const drive = {
    began: 0,
    journeys: [journey],
    stages: [stage(10)],
    trials: [],
    uploaded: [],
    peer: null,
    peerTls: null,
    peerTrials: [],
    first: null,
    link: null,
    queue: [],
  };
  return { ...drive, account: null, recordings: [], filled: 0, ...change };
}

function brokenBy(change: Partial<Drive>, lost: string[] = [], how = settings): string[] {
  return objectives(how, driven(change), watched, { acknowledged: 1, lost })
    .filter((one) => !one.held)
    .map((one) => one.name);
}

describe('objectives', () => {
  it('hold in a run in which nothing went wrong', () => {
    expect(brokenBy({})).toEqual([]);
  });

  it('break by a failed check, a lost write, a dropped visit, an error, a slow answer', () => {
    const failed = [{ journey: 'look around', seed: 1, step: 'see', detail: 'no' }];
    expect(brokenBy({ journeys: [{ ...journey, failed }] })).toEqual(['checks of real browsers']);
    expect(brokenBy({}, ['x'])).toEqual(['acknowledged writes']);
    expect(brokenBy({ stages: [stage(10, 200, 1)] })).toEqual(['visits dropped']);
    expect(brokenBy({ stages: [stage(10, 503)] })).toEqual(['answers that were errors']);
    expect(brokenBy({ stages: [stage(101)] })).toEqual(['p99 of the load, worst stage']);
  });

  it('break by a gallery that needs more than 1.3 times what nginx does', () => {
    const peer = (cpu: number) => ({
      gallery: { ...stage(1), cpu_s: { nginx: 1, serve: cpu } },
      nginx: { ...stage(1), cpu_s: { nginx: 2 } },
      files: 1,
      bytes: 1,
    });
    expect(brokenBy({ peer: peer(1.6) })).toEqual([]);
    expect(brokenBy({ peer: peer(1.7) })).toEqual(['CPU seconds a visit, of nginx with static files']);
  });

  it('break by a first picture that is late, and by stores that are asked twice', () => {
    const first = (gallery: number) => ({ gallery: [gallery, 1, 999], bare: [99, 100, 101], pictures: 1 });
    expect(brokenBy({ first: first(150) })).toEqual([]);
    expect(brokenBy({ first: first(151) })).toEqual([
      'first picture, cold, of a bare page with static files',
    ]);
    expect(brokenBy({ link: { objects: 2, reads: 2 } })).toEqual([]);
    expect(brokenBy({ link: { objects: 2, reads: 3 } })).toHaveLength(1);
  });

  it('break by a load that was never made', () => {
    expect(brokenBy({ stages: [] })).toContain('visits dropped');
  });

  it('do not judge times in a smoke run, nor errors while things are killed', () => {
    const smoke = { profile: 'smoke', faults: false } as Settings;
    const faults = { profile: 'steady', faults: true } as Settings;
    expect(brokenBy({ stages: [stage(5000)] }, [], smoke)).toEqual([]);
    expect(brokenBy({ stages: [stage(10, 503)] }, [], faults)).toEqual(['faults']);
  });
});

describe('what broke at a rate', () => {
  it('is nothing, or said', () => {
    expect(kneeBreaks(stage(99))).toBeNull();
    expect(kneeBreaks(stage(101))).toMatch(/^p99 101 ms/);
    expect(kneeBreaks(stage(1, 0))).toMatch(/page 0/);
    expect(kneeBreaks(stage(1, 200, 3))).toMatch(/^3 visits/);
  });

  it('names the generator where it used most and left nothing', () => {
    expect(kneeBreaks(stage(101, 200, 0, 0.6, 0.01))).toMatch(/generator used 60 %/);
    expect(kneeBreaks(stage(101, 200, 0, 0.6, 0.2))).not.toMatch(/generator/);
  });
});
