// One stream for all windows of a browser: a connection less for each, of the six that HTTP/1.1 allows to a host.

export interface Heard {
  event: string;
  data: string;
}

/**
 * What opens the stream; it calls `heard` until the signal ends it. After another window's it has to say, once it is open,
 * that something may have been missed.
 */
export type Open = (heard: (message: Heard) => void, signal: AbortSignal, after: boolean) => void;

/**
 * Runs `open` in one of the windows that share `name`, and gives all of them what it hears. When that window closes, the
 * next one opens it. Ends with the signal.
 */
export function share(name: string, open: Open, hear: (message: Heard) => void, signal: AbortSignal): void {
  // Pages that are not secure (http, not localhost) have no locks: each opens its own there.
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') {
    open(hear, signal, false);
    return;
  }
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', ({ data }: MessageEvent<Heard>) => hear(data));
  signal.addEventListener('abort', () => channel.close());
  const everywhere = (message: Heard): void => {
    if (signal.aborted) return;
    channel.postMessage(message);
    hear(message);
  };
  const lead = (after: boolean): Promise<void> => {
    open(everywhere, signal, after);
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  void (async () => {
    // Free at once means that nobody has heard anything yet.
    const first = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock && !signal.aborted) await lead(false);
      return lock !== null;
    });
    if (!first) await navigator.locks.request(name, { signal }, () => lead(true));
  })().catch(() => {
    // The page let go while it waited.
  });
}
