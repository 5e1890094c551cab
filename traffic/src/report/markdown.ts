// report.md
import { summary, tables, type Told } from './told.js';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export function markdown(told: Told): string {
  const { report } = told;
  const lines = [`# Visitors: ${report.profile} against ${report.against}`, '', summary(told), ''];
  for (const { title, note, head, rows } of tables(told)) {
    lines.push(`## ${title}`, '');
    if (note) lines.push(note, '');
    lines.push(`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`);
    for (const row of rows) lines.push(`| ${row.map(cell).join(' | ')} |`);
    lines.push('');
  }
  return lines.join('\n');
}
