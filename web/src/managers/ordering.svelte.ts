// How an album is put into its own order on its page: by the mouse and by the keyboard.
import { wholeOrder } from '../services/sequence';
import type { Spot } from '../services/order';
import { move, type Way } from './albumOrder';
import { drags } from './drags.svelte';
import type { Library, Place } from './library.svelte';
import { idOf } from './selection.svelte';
import type { Surface } from './surface.svelte';

const ways: Record<string, Way> = {
  ArrowLeft: 'earlier',
  ArrowRight: 'later',
  Home: 'beginning',
  End: 'end',
};

/** Half the gap between two tiles. */
const half = 2;

export class Ordering {
  /** Where what is dragged would go: the edge of a tile, on the surface. */
  mark = $state.raw<{ left: number; top: number; height: number } | null>(null);
  #spot: Spot | null = null;

  constructor(readonly library: Library) {}

  /** What is selected goes with the photo that has the keyboard, which keeps it. */
  async key(
    event: KeyboardEvent,
    place: Place,
    selected: ReadonlySet<string>,
    surface: Surface,
  ): Promise<void> {
    const id = idOf(place);
    const ids = selected.has(id) ? selected : new Set([id]);
    let to: Spot | Way | undefined = ways[event.key];
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      const over = await surface.neighbour(place, event.key);
      const next = over ? idOf(over) : id;
      if (ids.has(next)) return;
      to = event.key === 'ArrowUp' ? { before: next } : { after: next };
    }
    if (!to) return;
    event.preventDefault();
    if (!(await move(this.library, ids, to))) return;
    const now = this.library.find(id, wholeOrder);
    if (now) await surface.focus(now);
  }

  /** Something of this album is dragged over its page. */
  over(event: DragEvent, surface: HTMLElement): void {
    const { ids } = drags;
    if (!ids) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'move';
    // Between two tiles the last one counts.
    const tile = (event.target as Element).closest<HTMLElement>('a[data-id]');
    if (!tile) return;
    const id = tile.dataset['id'] ?? '';
    const box = tile.getBoundingClientRect();
    const ground = surface.getBoundingClientRect();
    const before = event.clientX < box.left + box.width / 2;
    this.#spot = ids.includes(id) ? null : before ? { before: id } : { after: id };
    this.mark = this.#spot && {
      left: (before ? box.left - half : box.right + half) - ground.left,
      top: box.top - ground.top,
      height: box.height,
    };
  }

  drop(event: DragEvent): void {
    if (!drags.ids) return;
    event.preventDefault();
    const spot = this.#spot;
    this.end();
    const ids = drags.take();
    if (spot) void move(this.library, ids, spot);
  }

  end(): void {
    this.mark = null;
    this.#spot = null;
  }
}
