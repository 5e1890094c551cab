// Hears what changes in a scope: by server-sent events, and by asking now and then where those do not come through.
import { address, type PhotoChanged, type Scope, type TimelineChanged } from '../api/client';
import { share, type Heard } from './shared';

const pollEvery = 15_000;
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
  let timer: ReturnType<typeof setInterval> | undefined;
  const source = new EventSource(address('/api/v1/events', undefined, { scope }));
  for (const event of names) {
    source.addEventListener(event, ({ data }: MessageEvent<string>) => heard({ event, data }));
  }
  source.addEventListener('open', () => heard(after ? resync : opened), { once: true });
  source.addEventListener('error', () => {
    // While it is CONNECTING the browser tries again by itself.
    if (source.readyState === EventSource.CLOSED && timer === undefined) {
      timer = setInterval(() => heard(resync), pollEvery);
      // What was open may have ended.
      heard(resync);
    }
  });
  signal.addEventListener('abort', () => {
    source.close();
    clearInterval(timer);
  });
}
