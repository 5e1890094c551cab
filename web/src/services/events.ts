// Hears what changes in a scope: by server-sent events, and by asking now and then where those do not come through.
import { address, type PhotoChanged, type Scope, type TimelineChanged } from '../api/client';
import { waitBefore } from '../api/retry';
import { share, type Heard } from './shared';

/** A stream that does not come through is tried again this often, and then one looks by oneself. */
const askEvery = 15_000;
const names = ['timeline.changed', 'photo.changed', 'resync'];

export interface Listener {
  timelineChanged(months: string[]): void;
  photoChanged(change: PhotoChanged): void;
  /** Something may have been missed: look at everything again. */
  resync(): void;
  /** From now on one hears of everything: what was read before may be older. */
  opened(): void;
}

/** Listens until the function that it returns is called. `who` listens: another person's windows share nothing with these. */
export function listen(scope: Scope, who: string, listener: Listener): () => void {
  const leave = new AbortController();
  share(
    `cadre-events-${who}-${scope}`,
    (heard, signal, after) => stream(scope, heard, signal, after),
    ({ event, data }) => {
      if (event === 'timeline.changed')
        listener.timelineChanged((JSON.parse(data) as TimelineChanged).months);
      else if (event === 'photo.changed') listener.photoChanged(JSON.parse(data) as PhotoChanged);
      else if (event === 'opened') listener.opened();
      else listener.resync();
    },
    leave.signal,
  );
  return () => leave.abort();
}

const resync: Heard = { event: 'resync', data: '{}' };
const opened: Heard = { event: 'opened', data: '{}' };

function stream(scope: Scope, heard: (message: Heard) => void, signal: AbortSignal, after: boolean): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource;
  /** In a row. */
  let failures = 0;
  let first = !after;
  const begin = (): void => {
    source = new EventSource(address('/api/v1/events', undefined, { scope }));
    for (const event of names) {
      source.addEventListener(event, ({ data }: MessageEvent<string>) => heard({ event, data }));
    }
    source.addEventListener('open', () => {
      failures = 0;
      // What came while it was broken off is told only to a stream that had heard something before.
      heard(first ? opened : resync);
      first = false;
    });
    source.addEventListener('error', () => {
      // While it is CONNECTING the browser tries again by itself; not after a 502, and Firefox not after a refused connection.
      if (source.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(begin, Math.min(askEvery, waitBefore(++failures + 2, null)));
      // What was open may have ended.
      heard(resync);
    });
  };
  begin();
  signal.addEventListener('abort', () => {
    source.close();
    clearTimeout(timer);
  });
}
