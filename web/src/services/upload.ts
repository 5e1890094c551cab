// Sends one file: in one piece, or, where it is large, in one that goes on after a break (resumable.ts).
import { localTime } from '../i18n/format';
import { base64OfHex } from '../files/hex';
import { address, type Photo, type Visibility } from '../api/client';
import { later } from './later';
import { transfer } from './transfer';

/** From so many bytes on it is worth two requests more to be able to go on. */
const large = 8 * 1024 * 1024;

export interface Sent {
  photo: Photo;
  duplicate: boolean;
}

/** By the visitor of a share. */
export interface Gift {
  /** The share's. */
  key: string;
  /** What the giver is called; may be empty. */
  name: string;
}

export interface UploadOptions {
  visibility: Visibility;
  /** In hex; the server then takes nothing else. */
  sha256: string | undefined;
  /** Hears the part that was sent, from 0 to 1. */
  progress: (part: number) => void;
  signal: AbortSignal;
  gift?: Gift;
}

/** Throws Refusal or Unreachable (or AbortError). */
export async function upload(file: File, options: UploadOptions): Promise<Sent> {
  const { gift, sha256, progress, signal } = options;
  if (file.size > large && !gift)
    return (await later(() => import('./resumable'))).uploadInPieces(file, options);
  const headers: Record<string, string> = { 'Content-Type': file.type || 'application/octet-stream' };
  if (sha256) headers['Repr-Digest'] = `sha-256=:${base64OfHex(sha256)}:`;
  return sentOf(await transfer('POST', addressFor(file, options), headers, file, { progress, signal }));
}

export function sentOf(answer: XMLHttpRequest): Sent {
  const photo = JSON.parse(answer.responseText) as Photo;
  return { photo, duplicate: photo.duplicate === true };
}

function addressFor(file: File, { visibility, gift }: UploadOptions): string {
  const modified = file.lastModified > 0 ? localTime(file.lastModified) : undefined;
  if (!gift) return address('/api/v1/photos', undefined, { filename: file.name, visibility, modified });
  const name = gift.name.trim() || undefined;
  return address('/api/v1/s/{key}/photos', { key: gift.key }, { filename: file.name, name, modified });
}
