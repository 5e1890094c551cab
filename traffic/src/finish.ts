// After a run: what became of every acknowledged write, and the report. Exit code 0 if every objective holds.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Gallery } from './gallery.js';
import { objectives } from './objectives.js';
import { kneeOf } from './pure/profile.js';
import { latency, pair, round } from './pure/statistics.js';
import { html } from './report/html.js';
import { markdown } from './report/markdown.js';
import type { Drive, Report, Settings, Watched, Written } from './types.js';

export interface Writes {
  acknowledged: number;
  lost: string[];
}

export async function finish(settings: Settings, driven: Drive, watched: Watched): Promise<number> {
  const writes = await audit(settings, driven, watched);
  const report = reportOf(settings, driven, watched, writes);
  mkdirSync(settings.out, { recursive: true });
  writeFileSync(join(settings.out, 'report.json'), JSON.stringify(report, null, 2) + '\n');
  const told = { report, driven, watched, lost: writes.lost };
  writeFileSync(join(settings.out, 'report.md'), markdown(told));
  writeFileSync(join(settings.out, 'report.html'), html(told));
  if (driven.account && settings.kind !== 'solo') {
    const gone = await new Gallery(settings.urls[0] ?? '', settings.token).forget(driven.account);
    if (!gone)
      console.log(`traffic: ${driven.account.name} could not be taken away again; delete them by hand`);
  }
  for (const { name, goal, value, held } of report.objectives) {
    console.log(`traffic: ${held ? 'held  ' : 'BROKEN'} ${name}: ${value} (${goal})`);
  }
  for (const one of writes.lost) console.log(`traffic: lost: ${one}`);
  return report.objectives.every((one) => one.held) ? 0 : 1;
}

/** Asks for each photo whose upload was acknowledged, and compares it with what was acknowledged since. */
async function audit(settings: Settings, driven: Drive, watched: Watched): Promise<Writes> {
  const lost = [...(watched.writes?.lost ?? [])];
  let acknowledged = watched.writes?.acknowledged ?? 0;
  const written = driven.journeys.flatMap((one) => one.written);
  acknowledged += written.length + driven.uploaded.length;
  if (driven.account) {
    const owner = new Gallery(settings.urls[0] ?? '', driven.account.token);
    for (const one of written) {
      const wrong = await compare(owner, one);
      if (wrong !== null) lost.push(`${one.id} ${wrong}`);
    }
    for (const id of driven.uploaded) {
      const { status } = await patiently(owner, `/api/v1/photos/${id}`);
      if (status !== 200) lost.push(`${id} is answered ${String(status)}`);
    }
  }
  return { acknowledged, lost };
}

async function compare(owner: Gallery, one: Written): Promise<string | null> {
  const { status, json } = await patiently(owner, `/api/v1/photos/${one.id}`);
  if (status !== 200) return `is answered ${String(status)}`;
  if (json['state'] === 'failed') return 'has failed';
  if (one.unsure) return null;
  if (json['visibility'] !== one.visibility) return `is ${String(json['visibility'])}, not ${one.visibility}`;
  if ((json['trashed_at'] !== null) !== one.trashed)
    return one.trashed ? 'is out of the trash' : 'is in the trash';
  return null;
}

async function patiently(owner: Gallery, path: string) {
  for (let tries = 0; ; tries++) {
    const answer = await owner.ask('GET', path);
    if ((answer.status !== 0 && answer.status !== 503) || tries === 20) return answer;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

export function reportOf(settings: Settings, driven: Drive, watched: Watched, writes: Writes): Report {
  const began = driven.began / 1000;
  const { stages, journeys } = driven;
  const planned = stages.reduce((sum, one) => sum + one.planned, 0);
  const started = stages.reduce((sum, one) => sum + one.started, 0);
  const seconds = stages.reduce((sum, one) => sum + one.seconds, 0);
  const free = journeys.filter((one) => one.network === 'unthrottled');
  const generator = stages.reduce((sum, one) => sum + one.generator_cpu_s, 0);
  const last = [...driven.trials].reverse().find((one) => !one.held);
  return {
    against: settings.against,
    profile: settings.profile,
    seed: settings.seed,
    command: settings.command,
    machine: settings.machine,
    visits: {
      offered_per_s: seconds > 0 ? round(planned / seconds, 2) : 0,
      achieved_per_s: seconds > 0 ? round(started / seconds, 2) : 0,
      dropped: stages.reduce((sum, one) => sum + one.dropped, 0),
    },
    latency_ms: joined(driven),
    browsers: {
      journeys: journeys.length,
      checks: journeys.reduce((sum, one) => sum + one.checks, 0),
      failed: journeys.flatMap((one) => one.failed),
      first_picture_ms: pair(free.flatMap((one) => one.vitals.first_picture_ms ?? [])),
      lcp_ms: pair(free.flatMap((one) => one.vitals.lcp_ms ?? [])),
      inp_ms: pair(journeys.flatMap((one) => one.vitals.inp_ms ?? [])),
      cls: pair(
        journeys.flatMap((one) => one.vitals.cls ?? []),
        4,
      ),
    },
    faults: watched.faults.map(({ at, ...rest }) => ({ at_s: round(at - began), ...rest })),
    writes: { acknowledged: writes.acknowledged, lost: writes.lost.length },
    cpu_s: { ...rounded(watched.cpu_s), generator: round(generator, 2) },
    knee:
      driven.trials.length > 0
        ? {
            visits_per_s: kneeOf(driven.trials),
            limit: last?.why ?? 'none was found below the highest rate tried',
          }
        : null,
    objectives: objectives(settings, driven, watched, writes),
  };
}

function rounded(numbers: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, round(value, 2)]));
}

/** Of all stages together; of a search for the knee, of the highest rate that held: what is beyond it is no promise. */
function joined(driven: Drive): Report['latency_ms'] {
  const knee = kneeOf(driven.trials);
  const { stages } = driven;
  const counted = driven.trials.length > 0 ? stages.filter((one) => one.rate === knee) : stages;
  const kinds = [
    ...new Set(counted.flatMap((one) => Object.keys(one.samples))),
  ] as (keyof Report['latency_ms'])[];
  return Object.fromEntries(
    kinds.map((kind) => [kind, latency(counted.flatMap((one) => one.samples[kind] ?? []))]),
  );
}
