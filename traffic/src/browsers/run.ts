// Journeys of real browsers: which ones, on what, and a few at a time.
import { chromium } from 'playwright-core';
import type { Gallery } from '../gallery.js';
import { Recorder, type Recording } from '../load/record.js';
import { Random, seedOf } from '../pure/random.js';
import type { JourneyResult } from '../types.js';
import { journeys, type Journey, type World } from './journeys.js';
import { devices, networks, Visitor, type Circumstances } from './visitor.js';

export interface Plan {
  journey: Journey;
  seed: number;
}

/** Which journeys a seed gives: one of each kind first, then as people's weights have it. */
export function plan(seed: number, count: number, withAccount: boolean): Plan[] {
  const random = new Random(seedOf(seed, 'journeys'));
  const known = journeys.filter((journey) => withAccount || !journey.member);
  return Array.from({ length: count }, (_, i) => ({
    journey: known[i] ?? random.weighted(known),
    seed: seedOf(seed, `journey ${String(i)}`),
  }));
}

export interface Browsing {
  chromium: string;
  gallery: Gallery;
  world: World;
  faults: boolean;
  atOnce: number;
  began: number;
  /** Whether what they ask is recorded, at the speed of the network as it is. */
  record: boolean;
}

export interface Browsed {
  journeys: JourneyResult[];
  recordings: Recording[];
}

/** Runs them; one that breaks is reported, and the next ones still run. `enough` ends it before a journey begins. */
export async function browse(plans: readonly Plan[], how: Browsing, enough = () => false): Promise<Browsed> {
  const done: Browsed = { journeys: [], recordings: [] };
  let next = 0;
  const hand = async (): Promise<void> => {
    while (next < plans.length && !enough()) {
      const one = plans[next++];
      if (one) await visit(one, how, done);
      if (done.journeys.length % 10 === 0)
        console.log(`traffic: ${String(done.journeys.length)} of ${String(plans.length)} visits`);
    }
  };
  await Promise.all(Array.from({ length: how.atOnce }, hand));
  return done;
}

async function visit({ journey, seed }: Plan, how: Browsing, done: Browsed): Promise<void> {
  const random = new Random(seedOf(seed, 'circumstances'));
  const device = random.weighted(devices);
  const drawn = random.weighted(networks);
  const network = how.record ? (networks[0] ?? drawn) : drawn;
  const browser = await chromium.launch({
    executablePath: how.chromium,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  const at_s = (Date.now() - how.began) / 1000;
  try {
    const { gallery, faults } = how;
    const circumstances: Circumstances = {
      journey: journey.name,
      seed,
      device,
      network,
      faults,
      chromium: browser,
      gallery,
    };
    const visitor = await Visitor.arrive(circumstances);
    const recorder = how.record ? new Recorder(visitor.context, how.world) : null;
    if (recorder) visitor.onReturn = () => recorder.forget();
    const error = await journey.go(visitor, how.world).then(
      () => null,
      (reason: unknown) => reason ?? 'unknown',
    );
    if (recorder) done.recordings.push(await recorder.end(journey));
    await visitor.leave(error);
    done.journeys.push({
      journey: journey.name,
      seed,
      device: device.name,
      network: network.name,
      cache: journey.cache,
      at_s,
      checks: visitor.checks,
      failed: visitor.failed,
      repeated: visitor.repeated,
      vitals: visitor.vitals,
      tiles_ms: visitor.tiles,
      written: visitor.written,
    });
  } finally {
    await browser.close();
  }
}
