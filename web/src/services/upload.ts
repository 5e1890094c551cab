// Sends one file. XMLHttpRequest, because fetch does not tell how much of a body is sent.
import { address, parseProblem, Refusal, Unreachable, type Photo, type Visibility } from '../api/client';

export interface Sent {
  photo: Photo;
  duplicate: boolean;
}

/** `progress` hears the part that was sent, from 0 to 1. Throws Refusal or Unreachable. */
export function upload(file: File, visibility: Visibility, progress: (part: number) => void): Promise<Sent> {
  const modified = file.lastModified > 0 ? new Date(file.lastModified).toISOString() : undefined;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address('/api/v1/photos', undefined, { filename: file.name, visibility, modified }));
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onerror = () => reject(new Unreachable('network'));
    request.onload = () => {
      if (request.status === 200 || request.status === 201) {
        const photo = JSON.parse(request.responseText) as Photo;
        resolve({ photo, duplicate: photo.duplicate === true });
      } else {
        reject(new Refusal(request.status, parseProblem(request.responseText)));
      }
    };
    request.send(file);
  });
}
