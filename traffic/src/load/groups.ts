// Which requests of a journey went out together, and which had waited for others.
import type { Kind } from '../types.js';

export interface Asked<T> {
  began: number;
  ended: number;
  /** Of what changes something: when its answer began. What began later may be about what it changed. */
  answered: number | null;
  /** It changes who asks: nothing is asked beside it. */
  alone: boolean;
  what: T;
}

export interface Group<T> {
  /** Since the group before had ended. */
  pause_ms: number;
  whats: T[];
}

/**
 * A request begins a group if it began after all those before it had ended (it may have waited for them, or its visitor
 * thought), or after a write among them was answered. The end of an answer is no measure for that: on a busy machine it is
 * noted after its page has asked the next. What began before a log-in or a log-out was answered goes before it.
 */
export function groups<T>(asked: readonly Asked<T>[]): Group<T>[] {
  const moment = (one: Asked<T>): number => (one.alone ? (one.answered ?? one.began) : one.began);
  const sorted = [...asked].sort((a, b) => moment(a) - moment(b));
  const found: Group<T>[] = [];
  let ended = -Infinity;
  let answered = Infinity;
  for (const one of sorted) {
    const group = found.at(-1);
    if (!group || one.alone || one.began >= ended || one.began >= answered) {
      found.push({ pause_ms: group ? Math.max(0, one.began - ended) : 0, whats: [one.what] });
      answered = Infinity;
    } else {
      group.whats.push(one.what);
    }
    ended = Math.max(ended, one.ended);
    if (one.alone) answered = -Infinity;
    else if (one.answered !== null) answered = Math.min(answered, one.answered);
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
