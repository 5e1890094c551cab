// Which files one has sent already.
import { call } from '../api/client';
import { persistently } from '../api/retry';

/** The server takes this many at once. */
export const knownAtOnce = 1000;

export interface Known {
  /** Ids of the photos that are here, by SHA-256 in hex. */
  known: Record<string, string>;
  /** The same of those in the trash. */
  trashed: Record<string, string>;
}

/** Asking changes nothing, so that it may be repeated: `tries` times at most while it fails in passing. */
export async function askKnown(
  sha256: readonly string[],
  tries: number,
  signal?: AbortSignal,
): Promise<Known> {
  const answer: Known = { known: {}, trashed: {} };
  for (let from = 0; from < sha256.length; from += knownAtOnce) {
    const body = { sha256: sha256.slice(from, from + knownAtOnce) };
    const { known, trashed = {} } = await persistently(
      () =>
        call('post', '/api/v1/photos/known', {
          query: { trashed: true },
          body,
          ...(signal && { signal }),
        }),
      tries,
      signal,
    );
    Object.assign(answer.known, known);
    Object.assign(answer.trashed, trashed);
  }
  return answer;
}
