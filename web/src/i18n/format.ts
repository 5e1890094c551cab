// Dates and numbers, by Intl. A photo's time is shown as its camera's clock said it, wherever the viewer is.

/** To make a formatter takes a hundred times as long as to use it. */
function kept<Options, Formatter>(
  make: (language: string, options: Options) => Formatter,
): (language: string, options: Options) => Formatter {
  const made = new Map<string, Formatter>();
  return (language, options) => {
    const key = language + JSON.stringify(options);
    let known = made.get(key);
    if (!known) made.set(key, (known = make(language, options)));
    return known;
  };
}

const formatter = kept(
  (language, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }),
);
const numbers = kept(
  (language, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options),
);

function wallClock(taken: string): Date {
  return new Date(`${taken.slice(0, 19)}Z`);
}

/** "2024-05" is "May 2024"; empty for what is no month: an album in its own order is one stretch. */
export function month(language: string, value: string): string {
  const date = new Date(`${value}-15T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return '';
  const text = formatter(language, { month: 'long', year: 'numeric' }).format(date);
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
  return formatter(british(language), parts[precision]).format(wallClock(taken));
}

/** 120 is "UTC+2", -570 is "UTC−9:30". */
export function offset(minutes: number): string {
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? '' : `:${String(size % 60).padStart(2, '0')}`;
  return minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '\u2212' : '+'}${Math.floor(size / 60)}${rest}`;
}

/** "2024-05" and 14 is "Tue 14 May", or "14 May" where there is little room. */
export function day(language: string, month: string, day: number, brief: boolean): string {
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: brief ? 'short' : 'long' };
  if (!brief) options.weekday = 'short';
  return formatter(british(language), options).format(
    new Date(`${month}-${String(day).padStart(2, '0')}T00:00:00Z`),
  );
}

/** A moment, by this machine's clock: "14 July 2024 at 16:02". */
export function instant(language: string, value: string): string {
  return new Intl.DateTimeFormat(british(language), { dateStyle: 'long', timeStyle: 'short' }).format(
    new Date(value),
  );
}

function british(language: string): string {
  return language === 'en' ? 'en-GB' : language;
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
  return numbers(language, {}).format(value);
}

/** "2.4 MB", of a thousand each. */
export function bytes(language: string, value: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  const options = { style: 'unit', unit: units[power] ?? 'byte', maximumFractionDigits: 1 } as const;
  return numbers(language, options).format(value / 1000 ** power);
}

export function percent(language: string, part: number): string {
  return numbers(language, { style: 'percent' }).format(part);
}
