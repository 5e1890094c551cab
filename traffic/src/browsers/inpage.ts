// What runs inside the pages of visitors. Each function is sent there as text, so none may use anything from outside itself.

export interface Felt {
  first: number | null;
  lcp: number | null;
  cls: number;
  inp: number | null;
}

declare global {
  interface Window {
    felt: Felt;
  }
}

/** Begins, before any script of the page, to note what somebody feels. */
export function watchVitals(): void {
  const felt: Felt = { first: null, lcp: null, cls: 0, inp: null };
  window.felt = felt;

  // The first photograph on the wall: loaded, and drawn in the frame after.
  document.addEventListener(
    'load',
    (event) => {
      const image = event.target;
      if (felt.first !== null || !(image instanceof HTMLImageElement) || !image.src.includes('/media/'))
        return;
      requestAnimationFrame(() => (felt.first ??= performance.now()));
    },
    true,
  );

  new PerformanceObserver((list) => {
    felt.lcp = list.getEntries().at(-1)?.startTime ?? felt.lcp;
  }).observe({ type: 'largest-contentful-paint', buffered: true });

  // Shifts in windows of at most 5 s with less than 1 s between two; the worst window counts (web.dev/articles/cls).
  let sum = 0;
  let begun = -Infinity;
  let last = -Infinity;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[]) {
      if (entry.hadRecentInput) continue;
      if (entry.startTime - last > 1000 || entry.startTime - begun > 5000) {
        sum = 0;
        begun = entry.startTime;
      }
      last = entry.startTime;
      sum += entry.value;
      felt.cls = Math.max(felt.cls, sum);
    }
  }).observe({ type: 'layout-shift', buffered: true });

  // The slowest interaction: of fewer than 50 in a visit, that is INP (web.dev/articles/inp).
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { interactionId: number })[]) {
      if (entry.interactionId > 0) felt.inp = Math.max(felt.inp ?? 0, entry.duration);
    }
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
}

/** Whether the tiles that are on the screen all show their picture. None at all is no. */
export function tilesAreLoaded(): boolean {
  const tiles = [...document.querySelectorAll('a[data-id]')].filter((tile) => {
    const box = tile.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  });
  // A month on the screen whose photos are not there yet is empty.
  const empty = [...document.querySelectorAll('.unfilled')].some((place) => {
    const box = place.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.height > 40;
  });
  return (
    tiles.length > 0 &&
    !empty &&
    tiles.every((tile) => {
      const image = tile.querySelector('img');
      // One that is still being prepared says so in words.
      return image ? image.complete && image.naturalWidth > 0 : (tile.textContent ?? '').trim() !== '';
    })
  );
}

export interface Tile {
  id: string;
  month: string;
  index: number;
  top: number;
  left: number;
  /** A picture that could not be decoded, by its address. */
  broken: string | null;
}

/** The tiles on the screen, in the order of the document; all places are of one moment. */
export async function tilesOnScreen(): Promise<Tile[]> {
  const shown = [...document.querySelectorAll<HTMLElement>('a[data-id]')].flatMap((tile) => {
    const box = tile.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight) return [];
    const found: Tile = {
      id: tile.dataset['id'] ?? '',
      month: tile.dataset['month'] ?? '',
      index: Number(tile.dataset['index']),
      top: box.top,
      left: box.left,
      broken: null,
    };
    return [{ found, image: tile.querySelector('img') }];
  });
  for (const { found, image } of shown) {
    const source = image?.src ?? null;
    // The page asks again for a picture whose request failed, which ends a decoding under way; what is broken stays so.
    for (let tries = 0; image && tries < 5; tries++) {
      const decodes = await image.decode().then(
        () => true,
        () => false,
      );
      // The row may have left the page while it was decoded; then nobody looks at it any more.
      found.broken = decodes || !image.isConnected || image.src !== source ? null : source;
      if (found.broken === null) break;
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
  }
  return shown.map(({ found }) => found);
}

/** What the page says to somebody about what went wrong. */
export function told(): string {
  const words = [...document.querySelectorAll('[role=alert], [role=status], .failed .state')]
    .map((one) => (one.textContent ?? '').trim())
    .filter((text) => text !== '');
  return words.join(' | ');
}
