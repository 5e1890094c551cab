// The SHA-256 of a file, in hex, as POST /api/v1/photos/known takes it. Never more of the file than `piece` bytes in memory.
import { sha256 } from '@noble/hashes/sha2.js';
import { hex } from './hex';

const piece = 8 * 1024 * 1024;

/** The browser's own digest takes whole messages only, and exists only under TLS and on this machine. */
function ownDigest(): SubtleCrypto | undefined {
  return (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
}

/** Throws what reading the file throws: it may be gone, changed since it was chosen, or not for this user to read. */
export async function digest(file: Blob, subtle = ownDigest()): Promise<string> {
  if (subtle && file.size <= piece) {
    return hex(new Uint8Array(await subtle.digest('SHA-256', await file.arrayBuffer())));
  }
  const sum = sha256.create();
  for (let from = 0; from < file.size; from += piece) {
    sum.update(new Uint8Array(await file.slice(from, from + piece).arrayBuffer()));
  }
  return hex(sum.digest());
}
