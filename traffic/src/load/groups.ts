// Which requests of a journey went out together, and which had waited for others.
import type { Kind } from '../types.js';

export interface Asked<T> {
  began: number;
  ended: number;
  /** Changes something: what began after its end may be about what it changed. */
  write: boolean;
  what: T;
}

export interface Group<T> {
  /** Since the group before had ended. */
  pause_ms: number;
  whats: T[];
}

/**
 * A request begins a group if it began after all those before it had ended (it may have waited for them, or its visitor
 * thought), or after a write among them had.
 */
export function groups<T>(asked: readonly Asked<T>[]): Group<T>[] {
  const sorted = [...asked].sort((a, b) => a.began - b.began);
  const found: Group<T>[] = [];
  let ended = -Infinity;
  let written = Infinity;
  for (const one of sorted) {
    const group = found.at(-1);
    if (!group || one.began >= ended || one.began >= written) {
      found.push({ pause_ms: group ? Math.max(0, one.began - ended) : 0, whats: [one.what] });
      written = Infinity;
    } else {
      group.whats.push(one.what);
    }
    ended = Math.max(ended, one.ended);
    if (one.write) written = Math.min(written, one.ended);
  }
  return found;
}

export function kindOf(method: string, path: string): Kind {
  if (path.startsWith('/media/')) return 'media';
  if (path === '/api/v1/session') return 'session';
  if (path === '/api/v1/photos' && method === 'POST') return 'upload';
  if (method !== 'GET' && method !== 'HEAD') return 'change';
  if (path.startsWith('/api/v1/timeline')) return 'timeline';
  if (path.startsWith('/api/v1/photos/')) return 'photo';
  if (path.startsWith('/api/')) return 'other';
  // Vite's files have an extension; every page has none.
  return /\.\w+$/.test(path) ? 'static' : 'page';
}
