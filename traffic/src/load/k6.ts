// Runs k6 for one stage and reads what it wrote: a line for each visit, with every answer of it.
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpus } from 'node:os';
import { latency, percentile, round } from '../pure/statistics.js';
import { seedOf } from '../pure/random.js';
import type { Account, Kind, Photo, Sample, StageResult } from '../types.js';
import type { Stage } from '../pure/profile.js';
import type { Recording } from './record.js';
import { Usage } from './usage.js';

export interface Load {
  k6: string;
  urls: string[];
  scratch: string;
  seed: number;
  wall: readonly Photo[];
  account: Account | null;
  recordings: readonly Recording[];
  began: number;
  /** Times are no objective: no visit is dropped because the machine is slow, and each may take its time. */
  patient: boolean;
}

/** What the script reads. */
export interface Script {
  urls: string[];
  seed: number;
  rate: number;
  seconds: number;
  vus: number;
  /** For an answer, and for visits to end after the last has begun, in s. */
  patience: number;
  /** Nobody waits longer than this between two groups, in ms: the pauses of people, shortened. */
  pause: number;
  /** Connections of a visit, as browsers open them for HTTP/1.1. */
  lanes: number;
  account: { name: string; password: string } | null;
  months: { month: string; places: number[] }[];
  photos: Photo[];
  recordings: Recording[];
}

const pause = 500;
const lanes = 6;
/** What is known of CPU seconds is a second old, in ms with some more. */
const freshness = 1300;

interface Line {
  /** The visit's number, by which its moment was planned. */
  v: number;
  late: number;
  r: [at: number, kind: Kind, status: number, ms: number, bytes: number][];
  up: string[];
}

/** Of visits, by k6: those that had no visitor in hand to make them, and those that began. */
interface Counted {
  dropped: number;
  begun: number;
}

export interface Ran {
  result: StageResult;
  uploaded: string[];
}

export async function runStage(
  load: Load,
  stage: Stage,
  rolesNow: () => Record<string, number>,
): Promise<Ran> {
  const folder = join(load.scratch, `k6-${String(Date.now())}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const recordings = stage.link
    ? load.recordings.filter((one) => one.journey === 'follow a link')
    : load.recordings;
  if (recordings.length === 0) throw new Error('There is no recording to replay.');
  // By Little's law, twice over, and some more: visits that wait for one another would close the model.
  const longest = Math.max(...recordings.map((one) => one.groups.length)) * (pause / 2 + 100);
  const enough = Math.ceil(stage.rate * Math.max(2, longest / 1000) * 1.5) + 10;
  const vus = load.patient ? Math.max(enough, Math.ceil(stage.rate * (stage.seconds + 1))) : enough;
  const script: Script = {
    urls: load.urls,
    seed: seedOf(load.seed, 'load'),
    rate: stage.rate,
    seconds: stage.seconds,
    vus,
    patience: load.patient ? 180 : 30,
    pause,
    lanes,
    account: load.account && { name: load.account.name, password: load.account.password },
    months: monthsOf(load.wall),
    photos: [...load.wall],
    recordings: [...recordings],
  };
  const plan = join(folder, 'plan.json');
  writeFileSync(plan, JSON.stringify(script), { mode: 0o600 });
  const out = join(folder, 'visits.log');
  await sleep(freshness);
  const at_s = (Date.now() - load.began) / 1000;
  const before = rolesNow();
  const usage = new Usage();
  const code = await call(load.k6, [
    'run',
    '--quiet',
    '--no-usage-report',
    // Another k6 on this machine has the port that it would listen on.
    '--address=',
    '--log-format=raw',
    `--console-output=${out}`,
    '-e',
    `PLAN=${plan}`,
    '-e',
    `SUMMARY=${join(folder, 'summary.json')}`,
    fileURLToPath(new URL('./visit.k6.js', import.meta.url)),
  ]);
  if (code !== 0) throw new Error(`k6 ended with exit code ${String(code)}.`);
  const used = usage.end();
  await sleep(freshness);
  const after = rolesNow();
  const cpu_s = Object.fromEntries(
    Object.entries(after).map(([role, cpu]) => [role, round(cpu - (before[role] ?? 0), 2)]),
  );
  const counted = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as Counted;
  const lines = await read(out);
  const result = { ...summary(stage, lines, counted, cpus().length, used), at_s: round(at_s), cpu_s };
  return { result, uploaded: lines.flatMap((line) => line.up) };
}

function monthsOf(wall: readonly Photo[]): Script['months'] {
  const months = new Map<string, number[]>();
  wall.forEach((photo, place) => {
    const places = months.get(photo.month) ?? [];
    places.push(place);
    months.set(photo.month, places);
  });
  return [...months].map(([month, places]) => ({ month, places }));
}

function call(program: string, words: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
    const end = (): void => void child.kill();
    process.once('exit', end);
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('exit', end);
      resolve(code ?? 1);
    });
  });
}

async function read(file: string): Promise<Line[]> {
  const lines: Line[] = [];
  if (!existsSync(file)) return lines;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    if (text.startsWith('{')) lines.push(JSON.parse(text) as Line);
  }
  return lines;
}

export function samplesOf(lines: readonly Line[]): Sample[] {
  return lines.flatMap((line) => line.r.map(([at_ms, kind, status, ms]) => ({ at_ms, kind, status, ms })));
}

/** An answer that a visitor would call an error: none at all, or a refusal. */
export function isError(status: number): boolean {
  return status === 0 || status >= 400;
}

export function summary(
  stage: Stage,
  lines: readonly Line[],
  { dropped, begun }: Counted,
  cores: number,
  used: { cpu_s: number; idle: number; seconds: number },
): StageResult {
  const samples = samplesOf(lines);
  const times: StageResult['samples'] = { all: samples.map((one) => one.ms) };
  for (const { kind, ms } of samples) (times[kind] ??= []).push(ms);
  const latency_ms: StageResult['latency_ms'] = Object.fromEntries(
    Object.entries(times).map(([kind, list]) => [kind, latency(list)]),
  );
  const errorKinds: Record<string, number> = {};
  for (const { kind, status } of samples) {
    if (!isError(status)) continue;
    const name = `${kind} ${String(status)}`;
    errorKinds[name] = (errorKinds[name] ?? 0) + 1;
  }
  // Of a visit that is broken off nothing is known but that it was.
  if (begun > lines.length) errorKinds['visits that did not end'] = begun - lines.length;
  return {
    name: stage.name,
    rate: stage.rate,
    seconds: stage.seconds,
    at_s: 0,
    planned: begun + dropped,
    started: begun,
    dropped,
    latency_ms,
    samples: times,
    errors: Object.values(errorKinds).reduce((sum, count) => sum + count, 0),
    errorKinds,
    seconds_of: bySecond(lines, samples),
    generator_cpu_s: round(used.cpu_s, 2),
    generator_share: round(used.cpu_s / (used.seconds * cores), 3),
    idle_share: round(used.idle, 3),
    bytes: lines.reduce((sum, line) => sum + line.r.reduce((all, one) => all + one[4], 0), 0),
    cpu_s: {},
  };
}

function bySecond(lines: readonly Line[], samples: readonly Sample[]): StageResult['seconds_of'] {
  const seconds = new Map<number, { visits: number; times: number[]; errors: number }>();
  const of = (ms: number) => {
    const at = Math.floor(ms / 1000);
    const found = seconds.get(at) ?? { visits: 0, times: [], errors: 0 };
    seconds.set(at, found);
    return found;
  };
  for (const line of lines) of(line.r[0]?.[0] ?? 0).visits++;
  for (const { at_ms, ms, status } of samples) {
    const second = of(at_ms);
    second.times.push(ms);
    if (isError(status)) second.errors++;
  }
  return [...seconds]
    .sort(([a], [b]) => a - b)
    .map(([at_s, { visits, times, errors }]) => {
      const sorted = times.sort((a, b) => a - b);
      const at = (part: number): number => round(percentile(sorted, part));
      return { at_s, visits, p50: at(0.5), p99: at(0.99), max: at(1), errors };
    });
}
