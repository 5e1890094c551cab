// Sends one file. XMLHttpRequest, because fetch does not tell how much of a body is sent.
import { localTime } from '../i18n/format';
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

/** `progress` hears the part that was sent, from 0 to 1. Throws Refusal or Unreachable. */
export function upload(file: File, visibility: Visibility, progress: (part: number) => void): Promise<Sent> {
  const modified = file.lastModified > 0 ? localTime(file.lastModified) : undefined;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address('/api/v1/photos', undefined, { filename: file.name, visibility, modified }));
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    let watch = setTimeout(() => request.abort(), silence);
    request.upload.onprogress = (event) => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), silence);
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onloadend = () => clearTimeout(watch);
    request.onerror = () => reject(new Unreachable('network'));
    request.onabort = () => reject(new Unreachable('silence'));
    request.onload = () => {
      if (request.status === 200 || request.status === 201) {
        const photo = JSON.parse(request.responseText) as Photo;
        resolve({ photo, duplicate: photo.duplicate === true });
      } else {
        noticeEnd('/api/v1/photos', request.status);
        const patience = parseRetryAfter(request.getResponseHeader('Retry-After'));
        reject(new Refusal(request.status, parseProblem(request.responseText), patience));
      }
    };
    request.send(file);
  });
}
