// An album in its own order, as one stretch without months: those that the server has there are places in the order, and no
// dates of anything.
import type { Scope } from '../api/client';

/** Stands in place of a month. */
export const wholeOrder = 'order';

/** Shares that show an album in its own order, as their door says. */
const shares = new Set<Scope>();
export const isSequence = (scope: Scope): boolean => scope.startsWith('sequence:') || shares.has(scope);

/** Whether that is another order than before. */
export function shownInOrder(share: Scope, own: boolean): boolean {
  if (shares.has(share) === own) return false;
  if (own) shares.add(share);
  else shares.delete(share);
  return true;
}

/** The album that a scope is of, in whichever order. */
export function albumOf(scope: Scope): string | undefined {
  return /^(?:album|sequence):(.*)$/.exec(scope)?.[1];
}
