// Which of some files are safely in the gallery. Of those that are, only the paths are kept: ten thousand take no memory to
// speak of, and no more than one batch is read at a time.
import { isPicture, type Found } from '../../files/found';
import type { Known } from '../../services/known';

const batchFiles = 200;
const batchBytes = 256 * 1024 * 1024;

export interface Left {
  path: string;
  file: File;
  sha256: string;
}

export interface Result {
  safe: string[];
  /** Here, but in the trash. */
  trashed: Left[];
  missing: Left[];
  /** Neither here nor of a format that the gallery takes. */
  others: string[];
  unreadable: string[];
}

export interface Means {
  hash: (file: File) => Promise<string>;
  ask: (sha256: string[]) => Promise<Known>;
  /** Hears of every batch what it added. */
  found: (more: Result) => void;
  signal: AbortSignal;
}

export function nothing(): Result {
  return { safe: [], trashed: [], missing: [], others: [], unreadable: [] };
}

/** Reads `files` in batches until they end or `signal` ends it. Throws what `ask` throws. */
export async function compare(files: AsyncIterable<Found> | Iterable<Found>, means: Means): Promise<void> {
  let batch: Found[] = [];
  let bytes = 0;
  for await (const one of files) {
    if (means.signal.aborted) return;
    batch.push(one);
    bytes += one.file?.size ?? 0;
    if (batch.length < batchFiles && bytes < batchBytes) continue;
    await compareBatch(batch, means);
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0 && !means.signal.aborted) await compareBatch(batch, means);
}

async function compareBatch(batch: readonly Found[], { hash, ask, found, signal }: Means): Promise<void> {
  const result = nothing();
  const hashed = await Promise.all(
    batch.map(async ({ path, file }) => {
      const sha256 = file === null ? null : await hash(file).catch(() => null);
      return file !== null && sha256 !== null ? { path, file, sha256 } : path;
    }),
  );
  const read = hashed.filter((one) => typeof one !== 'string');
  result.unreadable = hashed.filter((one) => typeof one === 'string');
  if (read.length > 0 && !signal.aborted) sort(read, await ask(read.map(({ sha256 }) => sha256)), result);
  if (!signal.aborted) found(result);
}

/** What the gallery answered is all that makes a file safe. */
export function sort(files: readonly Left[], answer: Known, into: Result): void {
  for (const one of files) {
    if (Object.hasOwn(answer.known, one.sha256)) into.safe.push(one.path);
    else if (Object.hasOwn(answer.trashed, one.sha256)) into.trashed.push(one);
    else if (isPicture(one.file)) into.missing.push(one);
    else into.others.push(one.path);
  }
}
