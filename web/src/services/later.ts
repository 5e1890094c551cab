// Code that is fetched when it is first needed: that of pages, dialogs, and what they do.
import { Unreachable } from '../api/client';
import { persistently } from '../api/retry';

const tries = 4;

/** Asked for again while the gallery does not answer. Throws Unreachable. */
export function later<T>(code: () => Promise<T>): Promise<T> {
  const ask = (): Promise<T> =>
    code().catch((error: unknown) => {
      throw new Unreachable(String(error));
    });
  return persistently(ask, tries);
}
