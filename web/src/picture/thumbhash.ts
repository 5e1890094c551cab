// What is drawn until the picture is there.
import { thumbHashToAverageRGBA, thumbHashToDataURL } from 'thumbhash';

const blurs = new Map<string, string | null>();
const remembered = 2000;

/** A blurred picture as a data: URL from base64 of a thumbhash; null if there is none or it is broken. */
export function placeholder(thumbhash: string | null): string | null {
  if (!thumbhash) return null;
  let known = blurs.get(thumbhash);
  if (known === undefined) {
    const bytes = decode(thumbhash);
    known = bytes && thumbHashToDataURL(bytes);
    if (blurs.size >= remembered) blurs.clear();
    blurs.set(thumbhash, known);
  }
  return known;
}

/** The picture's average colour as a CSS colour; null if there is none. */
export function averageColour(thumbhash: string | null): string | null {
  const bytes = decode(thumbhash);
  if (!bytes) return null;
  const { r, g, b } = thumbHashToAverageRGBA(bytes);
  return `rgb(${[r, g, b].map((part) => Math.round(part * 255)).join(' ')})`;
}

function decode(thumbhash: string | null): Uint8Array | null {
  if (!thumbhash) return null;
  try {
    const bytes = Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0));
    return bytes.length >= 5 ? bytes : null;
  } catch {
    return null;
  }
}
