// The script that k6 runs: visits begin at a constant rate, whatever became of those before (open); within one, each group
// of requests waits for the one before (closed).
import http from 'k6/http';
import exec from 'k6/execution';
import { SharedArray } from 'k6/data';
import { Counter } from 'k6/metrics';
import encoding from 'k6/encoding';
import type { Script } from './k6.js';
import type { RecordedRequest, Recording } from './record.js';

// Read once, not by each of some hundred visitors.
const plans = new SharedArray('plan', () => [JSON.parse(open(__ENV['PLAN'] ?? '')) as Script]);
const { rate, seconds, vus, patience, pause, lanes, urls, seed } = small();

function small() {
  const plan = plans[0] as Script;
  return {
    rate: plan.rate,
    seconds: plan.seconds,
    vus: plan.vus,
    patience: plan.patience,
    pause: plan.pause,
    lanes: plan.lanes,
    urls: plan.urls,
    seed: plan.seed,
  };
}
const photos = new SharedArray('photos', () => (JSON.parse(open(__ENV['PLAN'] ?? '')) as Script).photos);
const recordings = new SharedArray(
  'recordings',
  () => (JSON.parse(open(__ENV['PLAN'] ?? '')) as Script).recordings,
);
const weights = recordings.map((one) => one.weight);
const account = plans[0]?.account ?? null;

// A rate below one a second is so many in ten seconds.
const whole = Number.isInteger(rate);

export const options = {
  scenarios: {
    visits: {
      executor: 'constant-arrival-rate',
      rate: whole ? rate : Math.round(rate * 10),
      timeUnit: whole ? '1s' : '10s',
      duration: `${String(seconds)}s`,
      preAllocatedVUs: vus,
      maxVUs: vus,
      gracefulStop: `${String(patience)}s`,
    },
  },
  discardResponseBodies: true,
  // The certificate of a run is its own.
  insecureSkipTLSVerify: true,
  // The counted ones are in the lines; these would only cost.
  systemTags: ['scenario'],
  summaryTrendStats: ['max'],
};

const begun = new Counter('begun');

const chunk = encoding.b64decode(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0KSEiMEExNDk7Pj4+JS5E' +
    'SUM8SDc9Pjv/2wBDAQoLCw4NDhwQEBw7KCIoOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozv/' +
    'wAARCAAQABgDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAAUG/8QAFhABAQEAAAAAAAAAAAAAAAAAABRh/8QAFQEBAQAAAAAAAAAA' +
    'AAAAAAAAAAb/xAAXEQADAQAAAAAAAAAAAAAAAAAAFmFi/9oADAMBAAIRAxEAPwDG0aUal0aUaolnJVsNKlGiXRoLOQw0/9k=',
);

/** A JPEG of 20 kB with other bytes each time: 24 × 16 pixels, and a comment (ITU T.81, B.2.4.5). */
function smallPicture(): ArrayBuffer {
  const small = new Uint8Array(chunk);
  const bytes = new Uint8Array(small.length + 20_004);
  bytes.set(small.subarray(0, 2));
  bytes.set([0xff, 0xfe, 20_002 >> 8, 20_002 & 0xff], 2);
  const random = new Uint32Array(bytes.buffer, 8, 1000);
  for (let i = 0; i < random.length; i++) random[i] = Math.random() * 4294967296;
  bytes.set(small.subarray(2), 20_006);
  return bytes.buffer;
}

/** mulberry32, as in pure/random.ts: k6 does not have its own by a seed. */
function chance(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function draw(next: () => number): Recording {
  let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
  const found = weights.findIndex((weight) => (left -= weight) < 0);
  return recordings[Math.max(found, 0)] as Recording;
}

/** A place on the wall: those of the newer half ten times as likely as the older. */
function place(next: () => number): number {
  const half = Math.ceil(photos.length / 2);
  const newer = next() * 11 < 10;
  return Math.min(photos.length - 1, Math.floor((newer ? 0 : half) + next() * half));
}

interface Visit {
  url: string;
  /** By how many places this visit looks elsewhere than the recorded one. */
  shift: number;
  /** What the recorded one saw first is the newest, for everybody. */
  firstScreen: number;
  uploaded: string[];
}

function addressOf(visit: Visit, one: RecordedRequest): string | null {
  let path = one.path;
  if (one.hole) {
    const { what } = one.hole;
    const to = one.hole.place < visit.firstScreen ? one.hole.place : one.hole.place + visit.shift;
    const photo = photos[((to % photos.length) + photos.length) % photos.length];
    if (!photo) return null;
    path = path.replace('{p}', photo[what]);
  }
  if (one.uploaded !== undefined) {
    const id = visit.uploaded[one.uploaded];
    if (id === undefined) return null;
    path = path.replace('{u}', id);
  }
  return visit.url + path;
}

function bodyOf(one: RecordedRequest): string | ArrayBuffer | null {
  if (one.kind === 'upload') return smallPicture();
  if (one.kind === 'session' && one.method === 'POST') return JSON.stringify(account);
  return one.body ?? null;
}

const later = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

export default async function visitGallery(): Promise<void> {
  begun.add(1);
  const number = exec.scenario.iterationInTest;
  const planned = exec.scenario.startTime + (number * 1000) / rate;
  const late = Math.max(0, Date.now() - planned);
  const next = chance((seed + Math.imul(number, 2654435761)) >>> 0);
  const recording = draw(next);
  const places = recording.groups.flatMap(({ requests }) =>
    requests.flatMap(({ hole }) => (hole ? [hole.place] : [])),
  );
  const firstScreen = recording.journey === 'follow a link' ? Infinity : Math.min(30, photos.length / 8);
  const farthest = Math.max(firstScreen, ...places.filter((one) => one >= firstScreen).slice(0, 1));
  const visit: Visit = {
    url: urls[number % urls.length] ?? '',
    shift: place(next) - farthest,
    firstScreen,
    uploaded: [],
  };
  const answers: [number, string, number, number, number][] = [];
  let first = true;
  for (const group of recording.groups) {
    if (group.pause_ms > 0) await later(Math.min(group.pause_ms, pause));
    const left = [...group.requests];
    const charged = first ? late : 0;
    first = false;
    const lane = async (): Promise<void> => {
      for (let one = left.shift(); one; one = left.shift()) await ask(visit, one, charged, answers);
    };
    await Promise.all(Array.from({ length: Math.min(lanes, left.length) }, lane));
  }
  console.log(JSON.stringify({ v: number, late, r: answers, up: visit.uploaded }));
}

/** `charged`: what the visit began too late by, which its first requests waited. */
async function ask(
  visit: Visit,
  one: RecordedRequest,
  charged: number,
  answers: [number, string, number, number, number][],
): Promise<void> {
  const address = addressOf(visit, one);
  if (address === null) return;
  const at = Date.now() - exec.scenario.startTime;
  const answer = await http.asyncRequest(one.method, address, bodyOf(one), {
    headers: one.headers,
    responseType: one.kind === 'upload' ? 'text' : 'none',
    timeout: `${String(patience)}s`,
    redirects: 0,
    tags: { name: one.kind },
  });
  const { blocked, connecting, tls_handshaking, duration } = answer.timings;
  const ms = charged + blocked + connecting + tls_handshaking + duration;
  const bytes = Number(answer.headers['Content-Length'] ?? 0);
  answers.push([Math.round(at), one.kind, answer.status, Math.round(ms * 100) / 100, bytes]);
  if (one.kind === 'upload' && answer.status === 201) {
    visit.uploaded.push((JSON.parse(String(answer.body)) as { id: string }).id);
  }
}

interface Summary {
  metrics: Record<string, { values: { count?: number } } | undefined>;
}

export function handleSummary(data: Summary): Record<string, string> {
  const count = (name: string): number => data.metrics[name]?.values.count ?? 0;
  const counted = { dropped: count('dropped_iterations'), begun: count('begun') };
  return { [__ENV['SUMMARY'] ?? 'summary.json']: JSON.stringify(counted) };
}
