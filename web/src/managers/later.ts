import { later } from '../services/later';
import { notices } from './notices.svelte';

/**
 * The code of what somebody has pressed. Where it cannot be had, that is said, `close` takes back that it was pressed, and this
 * does not end. What is offered is to load the page again: Firefox keeps in mind what it failed to get.
 */
export async function laterOr<T>(close: () => void, code: () => Promise<T>): Promise<T> {
  const { href } = location;
  try {
    return await later(code);
  } catch (error) {
    notices.fail(error, () => (location.href === href ? location.reload() : location.assign(href)));
    close();
    return new Promise<never>(() => undefined);
  }
}
