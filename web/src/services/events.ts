// Hears what changes in a scope: by server-sent events, and by asking now and then where those do not come through.
import type { PhotoChanged, Scope, TimelineChanged } from '../api/client';

const pollEvery = 15_000;

export interface Listener {
  timelineChanged(months: string[]): void;
  photoChanged(change: PhotoChanged): void;
  /** Something may have been missed: look at everything again. */
  resync(): void;
}

/** Listens until the function that it returns is called. */
export function listen(scope: Scope, listener: Listener): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const source = new EventSource(`/api/v1/events?scope=${scope}`);
  source.addEventListener('timeline.changed', (event: MessageEvent<string>) => {
    listener.timelineChanged((JSON.parse(event.data) as TimelineChanged).months);
  });
  source.addEventListener('photo.changed', (event: MessageEvent<string>) => {
    listener.photoChanged(JSON.parse(event.data) as PhotoChanged);
  });
  source.addEventListener('resync', () => listener.resync());
  source.addEventListener('error', () => {
    // While it is CONNECTING the browser tries again by itself.
    if (source.readyState === EventSource.CLOSED) timer ??= setInterval(() => listener.resync(), pollEvery);
  });
  return () => {
    source.close();
    clearInterval(timer);
  };
}
