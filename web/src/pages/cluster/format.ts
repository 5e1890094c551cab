// Amounts as people read them, by Intl. Making a formatter is slow, and this page needs hundreds of texts a second.
const made = new Map<string, Intl.NumberFormat>();

function formatter(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  const known = made.get(key);
  if (known) return known;
  const fresh = new Intl.NumberFormat(language, options);
  made.set(key, fresh);
  return fresh;
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** 312,000,000 is "312 MB". */
export function bytes(language: string, value: number): string {
  const power = value < 1000 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  const unit = sizes[power] ?? 'byte';
  const maximumFractionDigits = scaled < 10 && power > 0 ? 1 : 0;
  return formatter(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits }).format(
    scaled,
  );
}

/** 12.46 is "12.5". */
export function rate(language: string, value: number): string {
  return formatter(language, { maximumFractionDigits: value < 100 ? 1 : 0 }).format(value);
}

/** 8.23 is "8.2 ms", 2,950 is "3 sec". */
export function milliseconds(language: string, value: number): string {
  const [amount, unit] = value < 1000 ? [value, 'millisecond'] : [value / 1000, 'second'];
  const maximumFractionDigits = amount < 10 ? 1 : 0;
  return formatter(language, { style: 'unit', unit, maximumFractionDigits }).format(amount);
}

/** The largest unit of which there is a whole one. */
function scaled(seconds: number): [number, 'second' | 'minute' | 'hour' | 'day'] {
  if (seconds < 60) return [Math.floor(seconds), 'second'];
  if (seconds < 3600) return [Math.floor(seconds / 60), 'minute'];
  if (seconds < 86_400) return [Math.floor(seconds / 3600), 'hour'];
  return [Math.floor(seconds / 86_400), 'day'];
}

/** 7,300 seconds are "2 hours". */
export function duration(language: string, seconds: number): string {
  const [value, unit] = scaled(Math.max(0, seconds));
  return formatter(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

const relative = new Map<string, Intl.RelativeTimeFormat>();

/** 12 is "12 seconds ago". */
export function ago(language: string, seconds: number): string {
  const known = relative.get(language) ?? new Intl.RelativeTimeFormat(language);
  relative.set(language, known);
  const [value, unit] = scaled(Math.max(0, seconds));
  return known.format(-value, unit);
}

/** Of today only the time. */
export function moment(language: string, at: string, now: Date): string {
  const time = new Date(at);
  const today = time.toDateString() === now.toDateString();
  const options: Intl.DateTimeFormatOptions = { timeStyle: 'medium', ...(!today && { dateStyle: 'short' }) };
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options).format(time);
}
