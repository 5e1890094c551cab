// What both written reports tell: rows of tables, as text.
import type { Beside, Drive, Report, StageResult, Watched } from '../types.js';
import { cpuPerVisit } from '../objectives.js';
import { pair, round } from '../pure/statistics.js';

export interface Told {
  report: Report;
  driven: Drive;
  watched: Watched;
  lost: string[];
}

export interface Table {
  title: string;
  note: string;
  head: string[];
  rows: string[][];
}

const ms = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : String(value);

export function summary({ report }: Told): string {
  const broken = report.objectives.filter((one) => !one.held);
  if (broken.length === 0) return `All ${String(report.objectives.length)} objectives hold.`;
  return `${String(broken.length)} of ${String(report.objectives.length)} objectives do not hold: ${broken.map((one) => one.name).join(', ')}.`;
}

export function tables(told: Told): Table[] {
  return [
    objectives(told),
    load(told),
    latencies(told),
    again(told),
    trials(told),
    beside(told.driven.peer, ''),
    beside(told.driven.peerTls, ', with TLS and HTTP/2'),
    besideTrials(told),
    firsts(told),
    followed(told),
    byJourney(told),
    felt(told),
    failed(told),
    faults(told),
    lost(told),
    processors(told),
    recorded(told),
    machine(told),
  ].filter((table) => table.rows.length > 0);
}

function objectives({ report }: Told): Table {
  return {
    title: 'Objectives',
    note: '',
    head: ['', 'objective', 'goal', 'measured'],
    rows: report.objectives.map(({ name, goal, value, held }) => [
      held ? '✓ held' : '✗ broken',
      name,
      goal,
      value,
    ]),
  };
}

function load({ driven }: Told): Table {
  return {
    title: 'Load',
    note:
      'Visits begin at a constant rate, whatever became of those before. A visit that could not begin in time is dropped, and fails the run. ' +
      'Where the generator used most of the processors and none were idle, the machine that both share was the limit.',
    head: [
      'stage',
      'offered /s',
      'achieved /s',
      'dropped',
      'answers',
      'errors',
      'MB',
      'generator, of all cores',
      'idle',
    ],
    rows: driven.stages.map((one) => [
      one.name,
      String(one.rate),
      String(round(one.started / one.seconds, 2)),
      String(one.dropped),
      String(one.latency_ms.all?.count ?? 0),
      String(one.errors),
      String(round(one.bytes / 1e6)),
      `${String(Math.round(one.generator_share * 100))} %`,
      `${String(Math.round(one.idle_share * 100))} %`,
    ]),
  };
}

function latencies({ report }: Told): Table {
  return {
    title: 'Latency by kind of request, ms',
    note:
      'From the planned moment. The first requests of a visit count from the moment at which the visit was due, so that a late ' +
      'begin is in them; a later one counts from when its visit came to it and one of its six connections was free. Every ' +
      'answer is counted; percentiles are nearest ranks, and nothing is an average.',
    head: ['kind', 'count', 'p50', 'p90', 'p99', 'p99.9', 'max'],
    rows: Object.entries(report.latency_ms).map(([kind, one]) =>
      [kind, one.count, one.p50, one.p90, one.p99, one.p999, one.max].map(String),
    ),
  };
}

/** Two stages at the same rate with the same mix: what differs between them is chance. */
export function pairOfSame(stages: readonly StageResult[]): [StageResult, StageResult] | null {
  const [a, b] = stages;
  return a && b && a.rate === b.rate && stages.length === 2 ? [a, b] : null;
}

function again({ driven }: Told): Table {
  const same = pairOfSame(driven.stages);
  const rows = (['p50', 'p90', 'p99', 'p999', 'max'] as const).map((name) => {
    const [a, b] = [same?.[0].latency_ms.all?.[name] ?? 0, same?.[1].latency_ms.all?.[name] ?? 0];
    return [name, String(a), String(b), a > 0 ? `${String(round((b / a - 1) * 100))} %` : '–'];
  });
  return {
    title: 'The same twice (A/A)',
    note: 'Two stages of the same visits at the same rate. Two runs that differ by no more than these do say nothing about what was changed between them.',
    head: ['all requests', 'A, ms', 'A again, ms', 'differs by'],
    rows: same ? rows : [],
  };
}

function trials({ driven }: Told): Table {
  return {
    title: 'The search for the knee',
    note: 'Upward until an objective breaks (p99 ≤ 100 ms, no error, no visit dropped), then between what held and what broke.',
    head: ['visits/s', '', 'p50, ms', 'p99, ms', 'max, ms', 'what broke'],
    rows: driven.trials.map(({ rate, held, why }) => {
      const all = driven.stages.find((one) => one.rate === rate)?.latency_ms.all;
      return [String(rate), held ? '✓ held' : '✗ broke', ms(all?.p50), ms(all?.p99), ms(all?.max), why];
    }),
  };
}

function beside(peer: Beside | null, how: string): Table {
  const row = (name: string, one: StageResult): string[] => {
    const { p50, p99, max } = one.latency_ms.all ?? { p50: 0, p99: 0, max: 0 };
    return [
      name,
      String(one.started),
      String(round(cpuPerVisit(one) * 1000, 2)),
      Object.entries(one.cpu_s)
        .filter(([, cpu]) => cpu > 0)
        .map(([role, cpu]) => `${role} ${String(round((cpu / Math.max(one.started, 1)) * 1000, 2))}`)
        .join(', '),
      ...[p50, p99, max].map(String),
    ];
  };
  return {
    title: `Beside nginx with the same bytes as static files${how}`,
    note: `The same visits of readers with empty caches, at 10 a second for 30 s. nginx had ${String(peer?.files ?? 0)} files, ${String(round((peer?.bytes ?? 0) / 1e6))} MB, and writes a line a request.`,
    head: ['', 'visits', 'CPU, ms a visit, all servers', 'of these', 'p50, ms', 'p99, ms', 'max, ms'],
    rows: peer ? [row('the gallery', peer.gallery), row('nginx', peer.nginx)] : [],
  };
}

function besideTrials({ driven }: Told): Table {
  return {
    title: 'The knee of nginx with the same bytes as static files',
    note: 'The same search, by readers with empty caches.',
    head: ['visits/s', '', 'what broke'],
    rows: driven.peerTrials.map(({ rate, held, why }) => [String(rate), held ? '✓ held' : '✗ broke', why]),
  };
}

function firsts({ driven }: Told): Table {
  const { first } = driven;
  const row = (name: string, list: readonly number[]): string[] => [
    name,
    ms(pair(list).p50),
    list.map((one) => String(round(one, 0))).join(', '),
  ];
  return {
    title: 'The first picture, cold, beside a bare page',
    note: `Each time in a new browser, in turns. The bare page has the same ${String(first?.pictures ?? 0)} pictures as static files of nginx, and nothing else.`,
    head: ['', 'median, ms', 'each, ms'],
    rows: first ? [row('the wall', first.gallery), row('the bare page', first.bare)] : [],
  };
}

function followed({ driven }: Told): Table {
  const { link } = driven;
  return {
    title: 'A link that everybody follows',
    note: 'To a picture that was hung just before, so that no cache has it. Reads are what the stores themselves count.',
    head: ['objects of the picture that are looked at', 'objects that the stores were asked for'],
    rows: link ? [[String(link.objects), String(link.reads)]] : [],
  };
}

function byJourney({ driven }: Told): Table {
  const names = [...new Set(driven.journeys.map((one) => one.journey))];
  return {
    title: 'What people felt, by journey',
    note: 'The median; of layout shift the worst.',
    head: ['journey', 'how many', 'first picture, ms', 'LCP, ms', 'INP, ms', 'CLS, worst'],
    rows: names.map((name) => {
      const of = driven.journeys.filter((one) => one.journey === name);
      const median = (what: 'first_picture_ms' | 'lcp_ms' | 'inp_ms'): string =>
        ms(pair(of.flatMap((one) => one.vitals[what] ?? [])).p50);
      const shift = Math.max(0, ...of.map((one) => one.vitals.cls ?? 0));
      const felt = (['first_picture_ms', 'lcp_ms', 'inp_ms'] as const).map(median);
      return [name, String(of.length), ...felt, String(round(shift, 3))];
    }),
  };
}

function felt({ report, driven }: Told): Table {
  const { browsers } = report;
  const row = (name: string, of: { p50: number | null; p90: number | null }): string[] => [
    name,
    ms(of.p50),
    ms(of.p90),
  ];
  return {
    title: `What people felt: ${String(browsers.journeys)} journeys of real browsers, ${String(browsers.checks)} checks`,
    note: 'First picture and largest paint of visitors whose network was not throttled; the rest of all.',
    head: ['', 'p50', 'p90'],
    rows: [
      row('first picture, ms', browsers.first_picture_ms),
      row('largest paint (LCP), ms', browsers.lcp_ms),
      row('interaction to next paint (INP), ms', browsers.inp_ms),
      row('layout shift (CLS)', browsers.cls),
      row('after a jump, every visible tile, ms', pair(driven.journeys.flatMap((one) => one.tiles_ms))),
    ],
  };
}

function failed({ report, driven }: Told): Table {
  const repeated = driven.journeys.flatMap((one) =>
    one.repeated.map((what) => [one.journey, String(one.seed), what, 'told, and done again']),
  );
  return {
    title: 'Checks that failed, and actions that were done again',
    note: '',
    head: ['journey', 'seed', 'step', ''],
    rows: [
      ...report.browsers.failed.map(({ journey, seed, step, detail }) => [
        journey,
        String(seed),
        step,
        `✗ ${detail}`,
      ]),
      ...repeated,
    ],
  };
}

function faults({ report }: Told): Table {
  return {
    title: 'Faults',
    note: 'In how many seconds of the clock a read, or a write, of the checker failed, from each fault to the next. The checker reads and writes some 15 times a second.',
    head: ['at, s', 'what', 'of', 'seconds with failed reads', 'with failed writes'],
    rows: report.faults.map((one) => [
      String(one.at_s),
      one.kind,
      one.target,
      String(one.reads_failed_s),
      String(one.writes_failed_s),
    ]),
  };
}

function lost({ lost: list }: Told): Table {
  return { title: 'Acknowledged and lost', note: '', head: ['photo'], rows: list.map((one) => [one]) };
}

function processors({ report, driven }: Told): Table {
  const visits = driven.stages.reduce((sum, one) => sum + one.started, 0);
  const during = (role: string): number =>
    driven.stages.reduce((sum, one) => sum + (one.cpu_s[role] ?? 0), 0);
  return {
    title: 'CPU seconds',
    note: 'Of all processes of a kind and their children: over the whole run; while the load ran; and that for each visit of the load.',
    head: ['', 'whole run', 'during the load', 'ms a visit'],
    rows: Object.entries(report.cpu_s).map(([role, cpu]) => {
      const load = role === 'generator' ? cpu : during(role);
      return [
        role,
        String(cpu),
        String(round(load, 2)),
        visits > 0 ? String(round((load / visits) * 1000)) : '–',
      ];
    }),
  };
}

function recorded({ driven }: Told): Table {
  return {
    title: 'What was recorded and replayed',
    note: 'Pauses are shortened to half a second at most. Streams of events are left out, and so are derivatives of photos that only the recorded visitor had.',
    head: ['journey', 'cache', 'requests', 'bytes'],
    rows: driven.recordings.map((one) => [one.journey, one.cache, String(one.requests), String(one.bytes)]),
  };
}

function machine({ report }: Told): Table {
  return {
    title: 'The machine, and how to repeat it',
    note: '',
    head: ['', ''],
    rows: [
      ...Object.entries(report.machine).map(([name, value]) => [name, String(value)]),
      ['command', report.command],
    ],
  };
}
