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

/** "2024-05-04T11:20:00+02:00" is "4 May 2024 at 11:20". */
export function date(language: string, taken: string): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(wallClock(taken));
}

export function number(language: string, value: number): string {
  return new Intl.NumberFormat(language).format(value);
}

export function percent(language: string, part: number): string {
  return new Intl.NumberFormat(language, { style: 'percent' }).format(part);
}
