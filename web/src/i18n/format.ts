// Dates and numbers, by Intl. A photo's time is shown as its camera's clock said it, wherever the viewer is.

function wallClock(taken: string): Date {
  return new Date(`${taken.slice(0, 19)}Z`);
}

/** "2024-05" is "May 2024". */
export function month(language: string, value: string): string {
  const date = new Date(`${value}-15T00:00:00Z`);
  const text = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    date,
  );
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

export type Precision = 'year' | 'month' | 'day' | 'time';

const parts: Record<Precision, Intl.DateTimeFormatOptions> = {
  year: { year: 'numeric' },
  month: { year: 'numeric', month: 'long' },
  day: { dateStyle: 'long' },
  time: { dateStyle: 'long', timeStyle: 'short' },
};

/** "2024-05-04T11:20:00+02:00" is "4 May 2024 at 11:20", or as much of it as is known. */
export function date(language: string, taken: string, precision: Precision = 'time'): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    ...parts[precision],
    timeZone: 'UTC',
  }).format(wallClock(taken));
}

/** RFC 3339 with the offset that this machine's clock has at that moment: its local day is in it. */
export function localTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  const offset = -time.getTimezoneOffset();
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(offset);
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return new Date(milliseconds + offset * 60_000).toISOString().slice(0, -1) + zone;
}

export function number(language: string, value: number): string {
  return new Intl.NumberFormat(language).format(value);
}

export function percent(language: string, part: number): string {
  return new Intl.NumberFormat(language, { style: 'percent' }).format(part);
}
