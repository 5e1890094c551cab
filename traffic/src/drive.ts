// A run: fills the gallery, sends real browsers, records them, replays that at a rate.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { browse, plan, type Browsed } from './browsers/run.js';
import { journeys } from './browsers/journeys.js';
import { fill, Gallery } from './gallery.js';
import { runStage, type Load } from './load/k6.js';
import type { Recording } from './load/record.js';
import { kneeBreaks } from './objectives.js';
import { nextRate, profileOf, type Profile, type Stage, type Trial } from './pure/profile.js';
import type { Drive, Settings, StageResult } from './types.js';

/** Browsers at a time: each takes most of a core. */
const atOnce = 2;
const trialSeconds = 12;

export function say(text: string): void {
  console.log(`traffic: ${text}`);
}

export async function drive(settings: Settings): Promise<Drive> {
  const profile = profileOf(settings.profile);
  const url = settings.urls[0] ?? '';
  const admin = new Gallery(url, settings.token);
  const account = settings.token === null ? null : await admin.newcomer();
  const driven: Drive = {
    began: Date.now(),
    journeys: [],
    stages: [],
    trials: [],
    uploaded: [],
    account,
    recordings: [],
    filled: 0,
  };
  const mayPublish = settings.kind !== 'url';
  if (account && mayPublish) {
    const lacking = profile.photos - (await admin.wall()).length;
    if (lacking > 0) {
      say(`hanging ${String(lacking)} generated photos on the wall`);
      await fill(new Gallery(url, account.token), settings.seed, lacking);
      driven.filled = lacking;
    }
  }
  const wall = await new Gallery(url).wall();
  if (wall.length === 0) throw new Error('nothing hangs on the wall, so there is nothing to look at.');
  const world = { wall, account, mayPublish };
  const gallery = new Gallery(url, account?.token ?? null);
  driven.began = Date.now();
  note(settings, 'filled');

  const common = { chromium: settings.chromium, gallery, world, began: driven.began };
  const kinds = journeys.filter((one) => account !== null || !one.member).length;
  say('one real browser of each journey, whose requests are recorded');
  const recorded = await browse(plan(settings.seed, kinds, account !== null), {
    ...common,
    faults: false,
    atOnce: 1,
    record: true,
  });
  keep(driven, recorded);
  driven.recordings = recorded.recordings.map(({ journey, cache, requests, bytes }) => ({
    journey,
    cache,
    requests,
    bytes,
  }));

  const load: Load = {
    k6: settings.k6,
    urls: settings.urls,
    scratch: settings.scratch,
    seed: settings.seed,
    wall,
    account,
    recordings: withUploads(recorded.recordings, profile),
    began: driven.began,
    patient: !profile.timed,
  };
  note(settings, 'recorded');
  const more = plan(
    settings.seed + 1,
    settings.faults ? Math.max(profile.journeys, 60) : profile.journeys,
    account !== null,
  );
  const browsing = { ...common, faults: settings.faults, atOnce, record: false };
  if (settings.faults || settings.profile === 'soak') {
    await together(settings, profile, driven, load, () =>
      browse(more, browsing, () => ended(driven, profile, settings)),
    );
  } else {
    say(`${String(more.length)} visits by real browsers, ${String(atOnce)} at a time`);
    keep(driven, await browse(more, browsing));
    if (profile.search) await search(settings, driven, load);
    else for (const stage of profile.stages) await replay(settings, driven, load, stage);
  }
  note(settings, 'ended');
  return driven;
}

/** Uploads are as frequent in the load as the profile wants them, not as their journey's weight has it. */
function withUploads(recordings: readonly Recording[], profile: Profile): Recording[] {
  const rate = profile.stages[0]?.rate ?? 0;
  const readers = recordings.filter((one) => one.journey !== 'visit home');
  const weight = readers.reduce((sum, one) => sum + one.weight, 0);
  const writers = recordings.filter((one) => one.journey === 'visit home');
  if (profile.uploads === 0 || rate <= profile.uploads) return readers;
  return [
    ...readers,
    ...writers.map((one) => ({ ...one, weight: (weight * profile.uploads) / (rate - profile.uploads) })),
  ];
}

function keep(driven: Drive, browsed: Browsed): void {
  driven.journeys.push(...browsed.journeys);
  const failed = browsed.journeys.flatMap((one) => one.failed);
  for (const { journey, step, detail } of failed) say(`${journey}, ${step}: ${detail}`);
}

async function replay(settings: Settings, driven: Drive, load: Load, stage: Stage): Promise<StageResult> {
  const { result, uploaded } = await runStage(load, stage, () => cpuNow(settings));
  driven.stages.push(result);
  driven.uploaded.push(...uploaded);
  const all = result.latency_ms.all;
  say(
    `${stage.name}: ${String(stage.rate)} visits/s for ${String(stage.seconds)} s: ${String(result.started)} visits, ` +
      `${String(result.dropped)} dropped, ${String(all?.count)} answers, p50 ${String(all?.p50)} ms, p99 ${String(all?.p99)} ms, ` +
      `longest ${String(all?.max)} ms, ${String(result.errors)} errors`,
  );
  return result;
}

/** Load and browsers at the same time, until the load has ended and the browsers have made their visits. */
async function together(
  settings: Settings,
  profile: Profile,
  driven: Drive,
  load: Load,
  browsers: () => Promise<Browsed>,
): Promise<void> {
  say('real browsers and load at the same time');
  const loading = async (): Promise<void> => {
    // Beside browsers, and what starts again, two cores carry no more.
    for (const stage of profile.stages) {
      await replay(
        settings,
        driven,
        load,
        settings.faults ? { ...stage, rate: Math.min(stage.rate, 2) } : stage,
      );
    }
  };
  const [browsed] = await Promise.all([browsers(), loading()]);
  keep(driven, browsed);
}

function ended(driven: Drive, profile: Profile, settings: Settings): boolean {
  return settings.profile === 'soak' && driven.stages.length === profile.stages.length;
}

async function search(settings: Settings, driven: Drive, load: Load): Promise<void> {
  const trials: Trial[] = [];
  for (let rate = nextRate(trials); rate !== null; rate = nextRate(trials)) {
    const stage = { name: `${String(rate)}/s`, rate, seconds: trialSeconds };
    // The first one fills caches and opens connections; it counts for nothing.
    if (trials.length === 0) {
      const warm = await runStage(load, { ...stage, seconds: 5 }, () => cpuNow(settings));
      driven.uploaded.push(...warm.uploaded);
    }
    const result = await replay(settings, driven, load, stage);
    const why = kneeBreaks(result);
    trials.push({ rate, held: why === null });
    driven.trials.push({ rate, held: why === null, why: why ?? '' });
    say(why === null ? `${String(rate)} visits/s hold` : `${String(rate)} visits/s break: ${why}`);
  }
}

/** CPU seconds of each role so far, as ./dev traffic watches them. */
function cpuNow(settings: Settings): Record<string, number> {
  try {
    return JSON.parse(readFileSync(join(settings.scratch, 'cpu.json'), 'utf8')) as Record<string, number>;
  } catch {
    return {};
  }
}

/** For ./dev traffic, which begins and ends its faults by it. */
function note(settings: Settings, phase: string): void {
  writeFileSync(join(settings.scratch, 'phase'), phase);
}
