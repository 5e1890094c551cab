// What both written reports tell: rows of tables, as text.
import type { Drive, Report, StageResult, Watched } from '../types.js';
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
