// Sends a large file by tus 1.0, so that it goes on where it stopped: after a break, and after the page was loaded again
// and the same file chosen. Loaded when the first large file is sent.
import { localTime } from '../i18n/format';
import { base64OfHex } from '../files/hex';
import { isPassing } from '../api/retry';
import { Refusal, Unreachable } from '../api/client';
import { transfer } from './transfer';
import { sentOf, type Sent, type UploadOptions } from './upload';

const path = '/api/v1/uploads';
const version = { 'Tus-Resumable': '1.0.0' };

/** Where the uploads stand that this browser has begun: their addresses by what the file is. */
const remembered = {
  key: (file: File, { sha256, visibility }: UploadOptions): string =>
    `upload:${sha256 ?? `${file.name}:${file.size}:${file.lastModified}`}:${visibility}`,
  get(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key: string, url: string | null): void {
    try {
      if (url === null) localStorage.removeItem(key);
      else localStorage.setItem(key, url);
    } catch {
      // Then it is begun again after the page was loaded again.
    }
  },
};

/** Throws Refusal or Unreachable (or AbortError); called again after what passes, it goes on. */
export async function uploadInPieces(file: File, options: UploadOptions): Promise<Sent> {
  const { signal, progress } = options;
  const key = remembered.key(file, options);
  let url = remembered.get(key);
  try {
    let offset = url === null ? null : await standOf(url, file, signal);
    if (url === null || offset === null) {
      url = await begin(file, options);
      remembered.set(key, url);
      offset = 0;
    }
    const from = offset;
    const told = (part: number): void => progress((from + part * (file.size - from)) / file.size);
    told(0);
    const headers = {
      ...version,
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': String(from),
      Prefer: 'return=representation',
    };
    const answer = await transfer('PATCH', url, headers, file.slice(from), { signal, progress: told });
    remembered.set(key, null);
    return sentOf(answer);
  } catch (error) {
    if (signal.aborted && url !== null) giveUp(url);
    // Somebody else sends it, or has sent some of it: to ask again where it stands is enough.
    if (error instanceof Refusal && (error.status === 409 || error.status === 423))
      throw new Unreachable('locked');
    if (signal.aborted || !(isPassing(error) || (error instanceof Refusal && error.status === 401)))
      remembered.set(key, null);
    throw error;
  }
}

async function begin(file: File, { visibility, sha256, signal }: UploadOptions): Promise<string> {
  const metadata: Record<string, string> = { filename: file.name, visibility };
  if (file.lastModified > 0) metadata['modified'] = localTime(file.lastModified);
  const headers: Record<string, string> = {
    ...version,
    'Upload-Length': String(file.size),
    'Upload-Metadata': Object.entries(metadata)
      .map(([name, value]) => `${name} ${base64OfText(value)}`)
      .join(','),
  };
  if (sha256) headers['Repr-Digest'] = `sha-256=:${base64OfHex(sha256)}:`;
  const answer = await transfer('POST', path, headers, null, { signal, progress: () => undefined });
  return answer.getResponseHeader('Location') as string;
}

/** Null where it has to be begun again: it is gone, or of another file. */
async function standOf(url: string, file: File, signal: AbortSignal): Promise<number | null> {
  try {
    const answer = await transfer('HEAD', url, version, null, { signal, progress: () => undefined });
    const [offset, length] = ['Upload-Offset', 'Upload-Length'].map((name) =>
      Number(answer.getResponseHeader(name)),
    ) as [number, number];
    return length === file.size ? offset : null;
  } catch (error) {
    if (error instanceof Refusal && (error.status === 404 || error.status === 410)) return null;
    throw error;
  }
}

/** Nobody waits for it; what is left of it expires. */
function giveUp(url: string): void {
  void fetch(url, { method: 'DELETE', headers: version, keepalive: true }).catch(() => undefined);
}

function base64OfText(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
