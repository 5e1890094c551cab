// What failed in passing is tried again: how long to wait, and for what at all.
import { Refusal, Unreachable } from './errors';

/** A proxy or a server that restarts, is full for the moment, or asks for patience. */
const passingStatuses = new Set([408, 425, 429, 502, 503, 504]);
const firstWait = 500;
const longestWait = 30_000;

/** The same request may succeed a little later, without anybody doing anything about it. */
export function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refusal && passingStatuses.has(error.status));
}

/**
 * Milliseconds before the attempt after `attempt` failed ones (from 1): twice as long each time, no two clients at the same
 * moment (`random` is in [0, 1)), and never less than the server asked for.
 */
export function waitBefore(attempt: number, error: unknown, random = Math.random()): number {
  const doubled = Math.min(longestWait, firstWait * 2 ** (attempt - 1));
  const asked = error instanceof Refusal ? (error.retryAfter ?? 0) * 1000 : 0;
  return Math.max(asked, doubled / 2 + (random * doubled) / 2);
}

/** Ends early, without an error, when the signal does. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/** Repeats what may be repeated while it fails in passing, `tries` times at most. */
export async function persistently<T>(
  action: () => Promise<T>,
  tries: number,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt >= tries || !isPassing(error) || signal?.aborted) throw error;
      await pause(waitBefore(attempt, error), signal);
      if (signal?.aborted) throw error;
    }
  }
}
