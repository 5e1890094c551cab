// Sends bytes by XMLHttpRequest, because fetch does not tell how much of a body is sent.
import {
  noticeEnd,
  parseProblem,
  parseRetryAfter,
  Refusal,
  Unreachable,
  wordsForRefusal,
} from '../api/client';

/** A connection on which nothing moves for this long is given up. A large file that arrived is checked first. */
const silence = 120_000;

interface Options {
  /** Hears the part that was sent, from 0 to 1. */
  progress: (part: number) => void;
  signal: AbortSignal;
}

/** Answers what was answered with 2xx. Throws Refusal or Unreachable (or AbortError). */
export function transfer(
  method: string,
  url: string,
  headers: Record<string, string>,
  body: Blob | null,
  { progress, signal }: Options,
): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    request.open(method, url);
    request.setRequestHeader('Accept', 'application/json');
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
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
      if (request.status >= 200 && request.status < 300) return resolve(request);
      const patience = parseRetryAfter(request.getResponseHeader('Retry-After'));
      const refusal = new Refusal(request.status, parseProblem(request.responseText), patience);
      noticeEnd(url, refusal);
      void wordsForRefusal().finally(() => reject(refusal));
    };
    signal.addEventListener('abort', abort);
    if (signal.aborted) return reject(signal.reason as Error);
    request.send(body);
  });
}
