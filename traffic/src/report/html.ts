// report.html: one file that loads nothing from anywhere.
import { escape, plot, type Line } from './plot.js';
import { summary, tables, type Told } from './told.js';

const style = `
:root{color-scheme:light dark;--ink:#1b1a19;--paper:#fdfcfa;--soft:#6a655e;--line:#dcd7cf;--a:#1f5f8b;--b:#b3541e;--c:#5c7d1f;--bad:#a3231b;--good:#2c6b2f}
@media(prefers-color-scheme:dark){:root{--ink:#efece6;--paper:#161514;--soft:#a9a39a;--line:#3a3733;--a:#7cb7e0;--b:#eb9a66;--c:#b3d070;--bad:#ff9a8d;--good:#8fce92}}
body{max-width:60rem;margin:2rem auto;padding:0 1rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.7rem;font-weight:600}h2{margin-top:2.2rem;font-size:1.15rem}p.note{max-width:46rem;color:var(--soft)}
.table{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
td,th{padding:.25rem .9rem .25rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
th{color:var(--soft);font-size:.85rem}.bad{color:var(--bad);font-weight:600}.good{color:var(--good)}
figure{margin:1.5rem 0}figcaption{font-weight:600}svg{width:100%;height:auto}
.grid{stroke:var(--line)}.tick,.axis{fill:var(--soft);font-size:12px}.line{fill:none;stroke-width:1.8}
.s1{stroke:var(--a)}.s2{stroke:var(--b);stroke-dasharray:7 3}.s3{stroke:var(--c);stroke-dasharray:2 3}
.goal{stroke:var(--ink);stroke-dasharray:1 4;stroke-width:1.5}.mark line{stroke:var(--bad);stroke-opacity:.6}.mark path{fill:var(--bad)}
.key{display:flex;flex-wrap:wrap;gap:1.2rem;margin:.2rem 0;color:var(--soft);font-size:.85rem}.key svg{width:28px;height:8px}
`;

export function html(told: Told): string {
  const { report } = told;
  const title = `Visitors: ${report.profile} against ${report.against}`;
  const whole = report.objectives.every((one) => one.held);
  const parts = tables(told).map(
    ({ title: name, note, head, rows }) =>
      `<h2>${escape(name)}</h2>${note ? `<p class="note">${escape(note)}</p>` : ''}<div class="table"><table><tr>` +
      `${head.map((one) => `<th scope="col">${escape(one)}</th>`).join('')}</tr>${rows.map(row).join('')}</table></div>`,
  );
  const [objectives = '', ...rest] = parts;
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${escape(title)}</title><style>${style}</style><h1>${escape(title)}</h1>` +
    `<p class="${whole ? 'good' : 'bad'}">${escape(summary(told))}</p>${objectives}${plots(told)}${rest.join('\n')}</html>\n`
  );
}

function row(cells: string[]): string {
  const drawn = cells.map((text) => {
    const mark = text.startsWith('✗') ? ' class="bad"' : text.startsWith('✓') ? ' class="good"' : '';
    return `<td${mark}>${escape(text)}</td>`;
  });
  return `<tr>${drawn.join('')}</tr>`;
}

function plots({ report, driven, watched }: Told): string {
  const marks = report.faults.map((one) => ({ x: one.at_s, name: `${one.kind} ${one.target}` }));
  const over = (
    of: (second: (typeof driven.stages)[number]['seconds_of'][number]) => number,
  ): [number, number][] =>
    driven.stages.flatMap((stage) => [
      ...stage.seconds_of.map((second): [number, number] => [stage.at_s + second.at_s, of(second)]),
      [stage.at_s + stage.seconds, NaN] as [number, number],
    ]);
  const offered = driven.stages.flatMap((stage): [number, number][] => [
    [stage.at_s, stage.rate],
    [stage.at_s + stage.seconds, stage.rate],
    [stage.at_s + stage.seconds, NaN],
  ]);
  const time = 'seconds from the beginning';
  const drawn = [
    plot({
      title: 'Visits begun in each second, offered and achieved',
      x: time,
      y: 'visits/s',
      marks,
      lines: [
        { name: 'achieved', points: over((one) => one.visits), style: 1 },
        { name: 'offered', points: offered, style: 2 },
      ],
    }),
    plot({
      title: 'Latency of the requests of each second (logarithmic)',
      x: time,
      y: 'ms',
      log: true,
      marks,
      goal: 100,
      lines: [
        { name: 'p50', points: over((one) => one.p50), style: 1 },
        { name: 'p99', points: over((one) => one.p99), style: 2 },
        { name: 'max', points: over((one) => one.max), style: 3 },
      ],
    }),
  ];
  if (driven.stages.some((stage) => stage.errors > 0)) {
    const lines: Line[] = [{ name: 'errors', points: over((one) => one.errors), style: 2 }];
    drawn.push(plot({ title: 'Errors in each second', x: time, y: 'answers', marks, lines }));
  }
  if (driven.trials.length > 0) {
    const sorted = [...driven.stages].sort((a, b) => a.rate - b.rate);
    const at = (of: 'p50' | 'p99'): [number, number][] =>
      sorted.map((one) => [one.rate, one.latency_ms.all?.[of] ?? NaN]);
    drawn.push(
      plot({
        title: 'Latency against rate, up to the knee and beyond (logarithmic)',
        x: 'visits/s',
        y: 'ms',
        log: true,
        goal: 100,
        lines: [
          { name: 'p50', points: at('p50'), style: 1 },
          { name: 'p99', points: at('p99'), style: 2 },
        ],
      }),
    );
  }
  drawn.push(...memory(driven.began / 1000, watched, marks, time));
  return drawn.join('\n');
}

function memory(
  began: number,
  watched: Told['watched'],
  marks: { x: number; name: string }[],
  time: string,
): string[] {
  const later = watched.samples.filter((one) => one.at >= began);
  const of = (role: string, value: 'rss' | 'n'): [number, number][] =>
    later.map((one) => [
      one.at - began,
      (one.roles[role]?.[value] ?? NaN) / (value === 'rss' ? 1_048_576 : 1),
    ]);
  const drawn = [
    plot({
      title: 'Resident memory of the servers',
      x: time,
      y: 'MiB',
      marks,
      lines: [
        { name: 'serve (with its decoders)', points: of('serve', 'rss'), style: 1 },
        { name: 'redis', points: of('redis', 'rss'), style: 2 },
        { name: 'garage', points: of('garage', 'rss'), style: 3 },
      ].filter((line) => line.points.some(([, value]) => Number.isFinite(value))) as Line[],
    }),
  ];
  if (marks.length > 0) {
    drawn.push(
      plot({
        title: 'Processes that run',
        x: time,
        y: 'processes',
        marks,
        lines: [
          { name: 'serve and what it started', points: of('serve', 'n'), style: 1 },
          { name: 'redis', points: of('redis', 'n'), style: 2 },
          { name: 'garage', points: of('garage', 'n'), style: 3 },
        ].filter((line) => line.points.some(([, value]) => Number.isFinite(value))) as Line[],
      }),
    );
  }
  return drawn;
}
