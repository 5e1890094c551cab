// What has to hold, and what broke first where something did not.
import { kneeOf, profileOf } from './pure/profile.js';
import { pair, percentile, round, slope } from './pure/statistics.js';
import type { Drive, JourneyResult, Objective, Settings, StageResult, Watched } from './types.js';

/** ms at the 99th percentile, over all requests. */
export const atMost = 100;
/** Of all cores: more than this, and the generator was in the way of what it measured. */
const generatorAtMost = 0.5;
const idleAtLeast = 0.05;

/** What a rate broke on, or null. Whether the generator was the limit is looked at first: then nothing is known of the server. */
export function kneeBreaks(stage: StageResult): string | null {
  const p99 = stage.latency_ms.all?.p99 ?? 0;
  const busy = stage.idle_share < idleAtLeast && stage.generator_share > generatorAtMost;
  const generator = busy
    ? `; the generator used ${percent(stage.generator_share)} of this machine's processors and ${percent(stage.idle_share)} were idle, so the limit is the machine that both share`
    : '';
  if (stage.dropped > 0) return `${String(stage.dropped)} visits could not begin in time${generator}`;
  if (stage.errors > 0)
    return `${String(stage.errors)} errors (${Object.keys(stage.errorKinds).join(', ')})${generator}`;
  if (p99 > atMost) return `p99 ${String(p99)} ms, more than ${String(atMost)} ms${generator}`;
  return null;
}

export function percent(part: number): string {
  return `${String(Math.round(part * 100))} %`;
}

function objective(name: string, goal: string, value: string, held: boolean): Objective {
  return { name, goal, value, held };
}

export function objectives(
  settings: Settings,
  driven: Drive,
  watched: Watched,
  lost: { acknowledged: number; lost: string[] },
): Objective[] {
  const profile = profileOf(settings.profile);
  const failed = driven.journeys.flatMap((one) => one.failed);
  const checks = driven.journeys.reduce((sum, one) => sum + one.checks, 0);
  const found = [
    objective(
      'checks of real browsers',
      'none fails',
      `${String(failed.length)} of ${String(checks)}`,
      failed.length === 0,
    ),
    objective(
      'acknowledged writes',
      'none is lost',
      `${String(lost.lost.length)} of ${String(lost.acknowledged)}`,
      lost.lost.length === 0,
    ),
  ];
  if (!profile.search) found.push(...ofTheLoad(settings, driven.stages));
  else found.push(ofTheKnee(driven));
  found.push(...besideNginx(driven));
  if (profile.timed && !settings.faults) found.push(...ofTheFeeling(driven.journeys));
  if (settings.profile === 'soak') found.push(...ofTheSoak(watched, driven));
  if (settings.faults) {
    const count = watched.faults.length;
    found.push(objective('faults', 'at least one was made', String(count), count > 0));
  }
  return found;
}

function ofTheLoad(settings: Settings, stages: readonly StageResult[]): Objective[] {
  const dropped = stages.reduce((sum, one) => sum + one.dropped, 0);
  const planned = stages.reduce((sum, one) => sum + one.planned, 0);
  const errors = stages.reduce((sum, one) => sum + one.errors, 0);
  const answers = stages.reduce((sum, one) => sum + (one.latency_ms.all?.count ?? 0), 0);
  const kinds = [...new Set(stages.flatMap((one) => Object.keys(one.errorKinds)))].slice(0, 4).join(', ');
  const found = [
    objective(
      'visits dropped',
      'none',
      `${String(dropped)} of ${String(planned)}`,
      dropped === 0 && planned > 0,
    ),
  ];
  if (!settings.faults) {
    const value = `${String(errors)} of ${String(answers)}${kinds ? ` (${kinds})` : ''}`;
    found.push(objective('answers that were errors', 'none', value, errors === 0 && answers > 0));
  }
  if (profileOf(settings.profile).timed && !settings.faults) {
    const worst = Math.max(...stages.map((one) => one.latency_ms.all?.p99 ?? 0));
    found.push(
      objective(
        'p99 of the load, worst stage',
        `≤ ${String(atMost)} ms`,
        `${String(worst)} ms`,
        worst <= atMost,
      ),
    );
  }
  return found;
}

function ofTheKnee(driven: Drive): Objective {
  const first = driven.trials.find((one) => one.held);
  const rate = Math.min(...driven.trials.map((one) => one.rate));
  const value = first
    ? `${String(first.rate)} visits/s held`
    : (driven.trials[0]?.why ?? 'nothing was tried');
  return objective(
    'lowest rate of the search',
    'holds',
    `${value} (from ${String(rate)} visits/s)`,
    first !== undefined,
  );
}

/** CPU seconds of all servers, for each visit, in a stage. */
export function cpuPerVisit(stage: StageResult): number {
  return Object.values(stage.cpu_s).reduce((sum, one) => sum + one, 0) / Math.max(stage.started, 1);
}

/** Against the least that could serve the same bytes, in the same run. */
function besideNginx(driven: Drive): Objective[] {
  const found: Objective[] = [];
  if (driven.peer) {
    const ratio = cpuPerVisit(driven.peer.gallery) / cpuPerVisit(driven.peer.nginx);
    const name = 'CPU seconds a visit, of nginx with static files';
    found.push(objective(name, '≤ 1.3 times', `${String(round(ratio, 2))} times`, ratio <= 1.3));
  }
  if (driven.first) {
    const [gallery, bare] = [driven.first.gallery, driven.first.bare].map((list) => pair(list).p50 ?? NaN);
    const ratio = (gallery ?? NaN) / (bare ?? NaN);
    const name = 'first picture, cold, of a bare page with static files';
    found.push(objective(name, '≤ 1.5 times', `${String(round(ratio, 2))} times`, ratio <= 1.5));
  }
  if (driven.link) {
    const { objects, reads } = driven.link;
    const name = 'objects that the stores are asked for while everybody follows one link';
    found.push(objective(name, `≤ ${String(objects)}, each once`, String(reads), reads <= objects));
  }
  if (driven.peerTrials.length > 0) {
    const ratio = kneeOf(driven.trials) / Math.max(kneeOf(driven.peerTrials), 1);
    const name = 'knee, of nginx with static files';
    found.push(objective(name, '≥ 0.7 times', `${String(round(ratio, 2))} times`, ratio >= 0.7));
  }
  return found;
}

/** The thresholds that browsers' makers call good, at the 75th percentile (web.dev/articles/vitals), where the network allows. */
function ofTheFeeling(journeys: readonly JourneyResult[]): Objective[] {
  const free = journeys.filter((one) => one.network === 'unthrottled');
  const at75 = (of: (one: JourneyResult) => number | null): number =>
    percentile(
      free.flatMap((one) => of(one) ?? []).sort((a, b) => a - b),
      0.75,
    );
  const lcp = at75((one) => one.vitals.lcp_ms);
  const inp = at75((one) => one.vitals.inp_ms);
  const cls = at75((one) => one.vitals.cls);
  return [
    objective(
      'largest paint (LCP), p75, unthrottled',
      '≤ 2500 ms',
      `${String(round(lcp, 0))} ms`,
      lcp <= 2500,
    ),
    objective('interaction to next paint (INP), p75', '≤ 200 ms', `${String(round(inp, 0))} ms`, inp <= 200),
    objective('layout shift (CLS), p75', '≤ 0.1', String(round(cls, 3)), cls <= 0.1),
  ];
}

/** From a quarter of the time on: what is filled once (caches, pools) is full then. */
function ofTheSoak(watched: Watched, driven: Drive): Objective[] {
  const began = driven.began / 1000;
  const seconds = watched.samples.map((one) => one.at - began).filter((at) => at >= 0);
  const from = (seconds.at(-1) ?? 0) / 4;
  const later = watched.samples.filter((one) => one.at - began >= from);
  const roles = [...new Set(later.flatMap((one) => Object.keys(one.roles)))].filter(
    (role) => role !== 'browsers' && role !== 'generator',
  );
  const ofRoles = roles.flatMap((role) =>
    (['rss', 'fds'] as const).map((what) => {
      const points = later.flatMap((one) => {
        const value = one.roles[role]?.[what];
        return value === undefined ? [] : [[one.at, value] as const];
      });
      return what === 'rss'
        ? isFlat(`memory of ${role}`, points, 'MiB', 1_048_576)
        : isFlat(`descriptors of ${role}`, points, '', 1);
    }),
  );
  const queue = driven.queue.filter(([at]) => at >= from);
  return queue.length > 0 ? [...ofRoles, isFlat('jobs in the queue', queue, '', 1)] : ofRoles;
}

function isFlat(
  name: string,
  points: readonly (readonly [number, number])[],
  unit: string,
  one: number,
): Objective {
  const { perSecond, error, flat } = slope(points);
  const mean = points.reduce((sum, [, value]) => sum + value, 0) / Math.max(points.length, 1) / one;
  const words = [
    round(mean, 1),
    unit,
    'on average,',
    round((perSecond / one) * 60, 3),
    '±',
    round((error / one) * 120, 3),
  ];
  return objective(name, 'flat', `${words.filter((word) => word !== '').join(' ')} a minute`, flat);
}
