// Sends one file. XMLHttpRequest, because fetch does not tell how much of a body is sent.
import { localTime } from '../i18n/format';
import { base64OfHex } from '../files/hex';
import {
  address,
  noticeEnd,
  parseProblem,
  parseRetryAfter,
  Refusal,
  Unreachable,
  type Photo,
  type Visibility,
} from '../api/client';

/** A connection on which nothing moves for this long is given up. A large file that arrived is checked first. */
const silence = 120_000;

export interface Sent {
  photo: Photo;
  duplicate: boolean;
}

interface Options {
  visibility: Visibility;
  /** In hex; the server then takes nothing else. */
  sha256: string | undefined;
  /** Hears the part that was sent, from 0 to 1. */
  progress: (part: number) => void;
  signal: AbortSignal;
}

/** Throws Refusal or Unreachable (or AbortError). */
export function upload(file: File, options: Options): Promise<Sent> {
  const { visibility, sha256, progress, signal } = options;
  const modified = file.lastModified > 0 ? localTime(file.lastModified) : undefined;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    request.open('POST', address('/api/v1/photos', undefined, { filename: file.name, visibility, modified }));
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    if (sha256) request.setRequestHeader('Repr-Digest', `sha-256=:${base64OfHex(sha256)}:`);
    let watch = setTimeout(abort, silence);
    request.upload.onprogress = (event) => {
      clearTimeout(watch);
      watch = setTimeout(abort, silence);
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onloadend = () => {
      clearTimeout(watch);
      signal.removeEventListener('abort', abort);
    };
    request.onerror = () => reject(new Unreachable('network'));
    request.onabort = () => reject(signal.aborted ? (signal.reason as Error) : new Unreachable('silence'));
    request.onload = () => {
      if (request.status === 200 || request.status === 201) {
        const photo = JSON.parse(request.responseText) as Photo;
        resolve({ photo, duplicate: photo.duplicate === true });
      } else {
        const patience = parseRetryAfter(request.getResponseHeader('Retry-After'));
        const refusal = new Refusal(request.status, parseProblem(request.responseText), patience);
        noticeEnd('/api/v1/photos', refusal);
        reject(refusal);
      }
    };
    signal.addEventListener('abort', abort);
    request.send(file);
  });
}
