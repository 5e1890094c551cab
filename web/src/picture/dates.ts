// What a change makes of a date, as the server will say it: for showing it before it is sent.
import type { Photo } from '../api/client';
import type { Change } from '../services/bulk';

/** As the contract writes it: a local time, perhaps with an offset, or the beginning of what is known. */
export interface Dated {
  taken: string | null;
  precision: Photo['taken_precision'];
}

/** A code of why the server will refuse it. */
export type Foreseen = Dated | { code: string };

const minute = 60_000;
const day = 24 * 60 * minute;

/** The clock's reading, as if it were in UTC. */
const clockOf = (taken: string): number => Date.parse(`${taken.slice(0, 19)}Z`);
const fractionOf = (taken: string): string => /^.{19}(\.\d+)?/.exec(taken)?.[1] ?? '';

/** In minutes east of UTC; nothing where it has none. */
export function offsetOf(taken: string): number | null {
  if (taken.endsWith('Z')) return 0;
  const found = /([+-])(\d\d):(\d\d)$/.exec(taken);
  if (!found) return null;
  const size = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === '-' ? -size : size;
}

export function offsetText(minutes: number): string {
  if (minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function written(clock: number, fraction: string, offset: number | null): string {
  return new Date(clock).toISOString().slice(0, 19) + fraction + (offset === null ? '' : offsetText(offset));
}

/** Of a zone at an instant, in minutes; throws for what is no zone. */
export function offsetAt(zone: string, instant: number): number {
  const fixed = /^([+-]\d\d:\d\d|Z)$/.test(zone) ? offsetOf(`0000${zone}`) : null;
  if (fixed !== null) return fixed;
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(
    instant,
  );
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return offsetOf(name.replace(/:\d\d$/, (seconds) => (name.length > 9 ? '' : seconds))) ?? 0;
}

/** Of a zone when its clock shows this: the first of two, and where it shows it never, that of before (RFC 5545). */
export function offsetOfClock(zone: string, clock: number): number {
  const before = offsetAt(zone, clock - day);
  const after = offsetAt(zone, clock + day);
  if (before === after || offsetAt(zone, clock - before * minute) === before) return before;
  return offsetAt(zone, clock - after * minute) === after ? after : before;
}

export function isZone(zone: string): boolean {
  try {
    offsetAt(zone, 0);
    return true;
  } catch {
    return false;
  }
}

function shifted({ taken, precision }: Dated, seconds: number): Foreseen {
  if (taken === null) return { code: 'date-unknown' };
  const wholeDays = precision === 'day' && seconds % 86_400 === 0;
  if (precision !== 'time' && !wholeDays) return { code: 'date-not-exact' };
  return { taken: written(clockOf(taken) + seconds * 1000, fractionOf(taken), offsetOf(taken)), precision };
}

function zoned({ taken, precision }: Dated, change: Change): Foreseen {
  if (taken === null) return { code: 'date-unknown' };
  if (precision !== 'time') return { code: 'date-not-exact' };
  const { time_zone: zone = 'Z', camera_time_zone: camera } = change;
  const clock = clockOf(taken);
  if (change.keep !== 'instant')
    return { taken: written(clock, fractionOf(taken), offsetOfClock(zone, clock)), precision };
  const ran = camera === undefined ? offsetOf(taken) : offsetOfClock(camera, clock);
  if (ran === null) return { code: 'date-without-offset' };
  const instant = clock - ran * minute;
  const offset = offsetAt(zone, instant);
  return { taken: written(instant + offset * minute, fractionOf(taken), offset), precision };
}

const precisions = new Map<number, Photo['taken_precision']>([
  [4, 'year'],
  [7, 'month'],
  [10, 'day'],
]);

/** Of a change that sets, moves or puts into a zone. */
export function foreseen(now: Dated, change: Change): Foreseen {
  if (typeof change.shift_taken_at === 'number') return shifted(now, change.shift_taken_at);
  if (change.time_zone !== undefined) return zoned(now, change);
  const taken = typeof change.taken_at === 'string' ? change.taken_at : null;
  if (taken === null) return { taken, precision: null };
  const rest = '0000-01-01T00:00:00';
  return { taken: taken + rest.slice(taken.length), precision: precisions.get(taken.length) ?? 'time' };
}
