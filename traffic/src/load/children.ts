import { readFileSync } from 'node:fs';

/** Of Linux on every architecture that Node runs on (USER_HZ). */
const ticksPerSecond = 100;

/** CPU seconds of all children of this process that have ended and were waited for, with theirs. */
export function resourceUsageOfChildren(): number {
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // cutime and cstime are fields 16 and 17 of proc(5), which counts the pid and the name too.
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}
