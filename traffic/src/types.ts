// What the parts of a run tell one another, and the contract of report.json.
import type { ProfileName } from './pure/profile.js';
import type { Latency, Pair } from './pure/statistics.js';

/** What ./dev traffic says on the standard input. */
export interface Settings {
  against: string;
  kind: 'solo' | 'fleet' | 'lab' | 'url';
  /** The addresses of one gallery. */
  urls: string[];
  /** An administrator's; without it visitors only look. */
  token: string | null;
  /** The admin addresses of the stores, where they count what is read. */
  stores: { url: string; token: string }[];
  /** The same gallery behind TLS and HTTP/2, and with what certificate. */
  tls: Tls | null;
  profile: ProfileName;
  seed: number;
  faults: boolean;
  /** For what is only needed during the run. */
  scratch: string;
  out: string;
  k6: string;
  chromium: string;
  command: string;
  machine: Record<string, string | number>;
}

export interface Tls {
  url: string;
  certificate: string;
  key: string;
}

export interface Photo {
  id: string;
  key: string;
  month: string;
}

export interface Account {
  id: string;
  name: string;
  password: string;
  token: string;
}

/** A photo whose upload was acknowledged to a visitor, and what they did with it and were told was done. */
export interface Written {
  id: string;
  visibility: 'private' | 'public';
  trashed: boolean;
  /** A change that was asked for and not acknowledged may hold or not. */
  unsure: boolean;
}

export interface FailedCheck {
  journey: string;
  seed: number;
  step: string;
  detail: string;
}

export interface Vitals {
  first_picture_ms: number | null;
  lcp_ms: number | null;
  inp_ms: number | null;
  cls: number | null;
}

export interface JourneyResult {
  journey: string;
  seed: number;
  device: string;
  network: string;
  cache: 'new' | 'returning';
  at_s: number;
  checks: number;
  failed: FailedCheck[];
  /** Actions that failed, were told to the visitor, and done again. */
  repeated: string[];
  vitals: Vitals;
  /** From each jump to when every visible tile was loaded. */
  tiles_ms: number[];
  written: Written[];
}

export type Kind =
  'page' | 'static' | 'media' | 'timeline' | 'photo' | 'session' | 'upload' | 'change' | 'other';

/** One answer of the load: when, counted from the stage's start, and how long from its planned moment. */
export interface Sample {
  at_ms: number;
  kind: Kind;
  status: number;
  ms: number;
}

export interface StageResult {
  name: string;
  rate: number;
  seconds: number;
  /** Seconds from the run's beginning to this stage's first visit. */
  at_s: number;
  planned: number;
  started: number;
  dropped: number;
  latency_ms: Partial<Record<Kind | 'all', Latency>>;
  /** Each latency that was measured, by kind, so that stages can be put together without guessing. */
  samples: Partial<Record<Kind | 'all', number[]>>;
  errors: number;
  errorKinds: Record<string, number>;
  /** Of each second: visits begun, the percentiles of all requests, errors. */
  seconds_of: { at_s: number; visits: number; p50: number; p99: number; max: number; errors: number }[];
  /** CPU seconds that the generator used. */
  generator_cpu_s: number;
  /** Parts of all the machine's cores: used by the generator, and not used at all. */
  generator_share: number;
  idle_share: number;
  bytes: number;
  cpu_s: Record<string, number>;
}

export interface Beside {
  gallery: StageResult;
  nginx: StageResult;
  files: number;
  bytes: number;
}

export interface Drive {
  began: number;
  journeys: JourneyResult[];
  stages: StageResult[];
  trials: { rate: number; held: boolean; why: string }[];
  uploaded: string[];
  account: Account | null;
  /** The same visits of readers, of the gallery and of nginx with the same bytes as static files. */
  peer: Beside | null;
  /** Both with TLS and HTTP/2. */
  peerTls: Beside | null;
  peerTrials: Drive['trials'];
  /** Until the first picture was there, on the wall and on a bare page, in ms. */
  first: { gallery: number[]; bare: number[]; pictures: number } | null;
  /** Objects of the picture that everybody looked at, and how many the stores were asked for meanwhile. */
  link: { objects: number; reads: number } | null;
  /** Seconds from the beginning, and the jobs in the queue then. */
  queue: [at_s: number, jobs: number][];
  recordings: { journey: string; cache: string; requests: number; bytes: number }[];
  filled: number;
}

/** What ./dev traffic watched meanwhile. */
export interface Watched {
  /** Epoch seconds, then for each role its processes, CPU seconds, resident bytes, open descriptors. */
  samples: { at: number; roles: Record<string, { n: number; cpu_s: number; rss: number; fds: number }> }[];
  faults: { at: number; kind: string; target: string; reads_failed_s: number; writes_failed_s: number }[];
  writes: { acknowledged: number; lost: string[] } | null;
  cpu_s: Record<string, number>;
}

export interface Objective {
  name: string;
  goal: string;
  value: string;
  held: boolean;
}

/** The contract. */
export interface Report {
  against: string;
  profile: ProfileName;
  seed: number;
  command: string;
  machine: Record<string, string | number>;
  visits: { offered_per_s: number; achieved_per_s: number; dropped: number };
  latency_ms: Partial<Record<Kind | 'all', Latency>>;
  browsers: {
    journeys: number;
    checks: number;
    failed: FailedCheck[];
    first_picture_ms: Pair;
    lcp_ms: Pair;
    inp_ms: Pair;
    cls: Pair;
  };
  faults: { at_s: number; kind: string; target: string; reads_failed_s: number; writes_failed_s: number }[];
  writes: { acknowledged: number; lost: number };
  cpu_s: Record<string, number>;
  knee: { visits_per_s: number; limit: string } | null;
  objectives: Objective[];
}
