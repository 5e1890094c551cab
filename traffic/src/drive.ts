// A run: fills the gallery, sends real browsers, records them, replays that at a rate.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { browse, plan, type Browsed } from './browsers/run.js';
import { barePage, firstPictures, firstScreen } from './browsers/bare.js';
import { journeys } from './browsers/journeys.js';
import { fill, Gallery, Unusable } from './gallery.js';
import { runStage, type Load } from './load/k6.js';
import { fresh, objectsOf, readsOf } from './load/link.js';
import { addresses, Peer, readers } from './load/peer.js';
import type { Recording } from './load/record.js';
import { kneeBreaks } from './objectives.js';
import { nextRate, profileOf, type Profile, type Stage, type Trial } from './pure/profile.js';
import type { Account, Beside, Drive, Settings, StageResult } from './types.js';

/** Browsers at a time: each takes most of a core. */
function atOnceOf(settings: Settings): number {
  if (settings.faults) return 3;
  return settings.profile === 'soak' ? 1 : 2;
}
/** The queue is looked at so often, in ms. */
const queueEvery = 5000;
const trialSeconds = 12;
/** Of load, in s, while things are killed: at least one fault of each kind against Solo. */
const faultsLast = 90;

export function say(text: string): void {
  console.log(`traffic: ${text}`);
}

export async function drive(settings: Settings): Promise<Drive> {
  const profile = profileOf(settings.profile);
  const url = settings.urls[0] ?? '';
  const admin = new Gallery(url, settings.token);
  const account = settings.token === null ? null : await newcomer(admin);
  const driven: Drive = {
    began: Date.now(),
    journeys: [],
    stages: [],
    trials: [],
    uploaded: [],
    account,
    peer: null,
    peerTls: null,
    peerTrials: [],
    first: null,
    link: null,
    queue: [],
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
  if (wall.length === 0) throw new Unusable('nothing hangs on its wall, so there is nothing to look at.');
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
    settings.faults ? profile.faultJourneys : profile.journeys,
    account !== null,
  );
  const atOnce = atOnceOf(settings);
  const browsing = { ...common, faults: settings.faults, atOnce, record: false };
  if (settings.faults || settings.profile === 'soak') {
    await together(settings, profile, driven, load, () =>
      browse(more, browsing, () => ended(driven, profile, settings)),
    );
  } else {
    say(`${String(more.length)} visits by real browsers, ${String(atOnce)} at a time`);
    keep(driven, await browse(more, browsing));
    if (profile.search) await search(settings, driven, load);
    else
      for (const stage of profile.stages) await (stage.link ? follow : replay)(settings, driven, load, stage);
    if (settings.profile === 'steady' || profile.search) await beside(settings, driven, load);
  }
  note(settings, 'ended');
  return driven;
}

async function newcomer(admin: Gallery): Promise<Account> {
  return admin.newcomer().catch((error: unknown) => {
    throw new Unusable(`nobody could be made to visit as, is the token an administrator's? ${String(error)}`);
  });
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

/** With a picture that no cache has: the first who follow the link come all at once. */
async function follow(settings: Settings, driven: Drive, load: Load, stage: Stage): Promise<void> {
  const owner = settings.kind === 'url' ? null : load.account;
  if (!owner) {
    await replay(settings, driven, load, stage);
    return;
  }
  const photo = await fresh(load.urls[0] ?? '', owner, settings.seed);
  const before = await readsOf(settings.stores);
  await replay(settings, driven, { ...load, wall: [photo, ...load.wall.slice(1)] }, stage);
  const after = await readsOf(settings.stores);
  if (before === null || after === null) return;
  driven.link = { objects: objectsOf(load.recordings), reads: after - before };
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

/** Load and browsers at the same time, until the load has ended and the browsers have made their visits. With faults the load lasts longer. */
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
      const gentle = {
        ...stage,
        rate: Math.min(stage.rate, 2),
        seconds: Math.max(stage.seconds, faultsLast),
      };
      await replay(settings, driven, load, settings.faults ? gentle : stage);
    }
  };
  const gallery = new Gallery(settings.urls[0] ?? '', load.account?.token ?? null);
  const looking = setInterval(() => void lookAtQueue(gallery, driven), queueEvery);
  try {
    const [browsed] = await Promise.all([browsers(), loading()]);
    keep(driven, browsed);
  } finally {
    clearInterval(looking);
  }
}

/** Jobs that wait or are worked on, as the gallery says to whom is logged in. */
async function lookAtQueue(gallery: Gallery, driven: Drive): Promise<void> {
  if (gallery.token === null) return;
  const { status, json } = await gallery.ask('GET', '/api/v1/fleet');
  if (status !== 200) return;
  const { waiting, running } = json['queue'] as { waiting: number; running: number };
  driven.queue.push([(Date.now() - driven.began) / 1000, waiting + running]);
}

function ended(driven: Drive, profile: Profile, settings: Settings): boolean {
  return settings.profile === 'soak' && driven.stages.length === profile.stages.length;
}

async function search(settings: Settings, driven: Drive, load: Load): Promise<void> {
  driven.trials = await trials(async (rate, seconds) => {
    const stage = { name: `${String(rate)}/s`, rate, seconds };
    if (seconds === trialSeconds) return replay(settings, driven, load, stage);
    return (await runStage(load, stage, () => cpuNow(settings))).result;
  });
}

/** The first run fills caches and opens connections; it counts for nothing. */
async function trials(
  run: (rate: number, seconds: number) => Promise<StageResult>,
): Promise<Drive['trials']> {
  const found: (Trial & { why: string })[] = [];
  await run(10, 5);
  for (let rate = nextRate(found); rate !== null; rate = nextRate(found)) {
    const why = kneeBreaks(await run(rate, trialSeconds));
    found.push({ rate, held: why === null, why: why ?? '' });
    say(why === null ? `${String(rate)} visits/s hold` : `${String(rate)} visits/s break: ${why}`);
  }
  return found;
}

/** What the same bytes cost as static files, now and on this machine: figures alone would say more of it than of the gallery. */
async function beside(settings: Settings, driven: Drive, load: Load): Promise<void> {
  const recordings = readers(load.recordings);
  const paths = addresses(recordings, load.wall);
  const peer = await Peer.start(join(settings.scratch, 'peer'), load.urls[0] ?? '', paths, settings.tls);
  if (!peer) {
    say('without nginx there is nothing to compare with');
    return;
  }
  say(
    `the same visits of readers, to the gallery and to nginx with ${String(paths.length)} files of the same bytes`,
  );
  const common = { ...load, recordings, account: null };
  const toPeer = { ...common, urls: [peer.url] };
  const pictures = firstScreen(load.recordings, load.wall);
  peer.add('/bare', barePage(pictures));
  const peerNow = (): Record<string, number> => ({ nginx: peer.cpu() });
  try {
    if (settings.profile === 'steady') {
      const both = async (gallery: string[], nginx: string): Promise<Beside> => {
        const stage = { name: 'beside', rate: 10, seconds: 30 };
        const warm = { ...stage, seconds: 5 };
        const toNginx = { ...common, urls: [nginx] };
        const toGallery = { ...common, urls: gallery };
        await runStage(toNginx, warm, peerNow);
        const one = await runStage(toNginx, stage, peerNow);
        await runStage(toGallery, warm, () => cpuNow(settings));
        const other = await runStage(toGallery, stage, () => cpuNow(settings));
        return { gallery: other.result, nginx: one.result, files: paths.length, bytes: peer.bytes };
      };
      const felt = await firstPictures(settings.chromium, `${load.urls[0] ?? ''}/`, `${peer.url}/bare`);
      driven.first = { ...felt, pictures: pictures.length };
      driven.peer = await both(load.urls, peer.url);
      if (settings.tls && peer.tlsUrl) driven.peerTls = await both([settings.tls.url], peer.tlsUrl);
    } else {
      driven.peerTrials = await trials(async (rate, seconds) => {
        const stage = { name: `nginx, ${String(rate)}/s`, rate, seconds };
        return (await runStage(toPeer, stage, peerNow)).result;
      });
    }
  } finally {
    await peer.stop();
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
