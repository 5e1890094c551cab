// The day of which a share is to be seen last, by this machine's clock.
const two = (value: number): string => String(value).padStart(2, '0');
const dayOf = (time: Date): string =>
  `${String(time.getFullYear())}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;

/** The last day of which a share that ends then shows anything, by this machine's clock: "2027-02-28". */
export const lastDay = (expires: string): string => dayOf(new Date(Date.parse(expires) - 1));

/** The end of a day. */
export function endOf(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}

export const today = (): string => dayOf(new Date());
