// What fingers, mouse and keys do on the rows: open, select, move on.
import { photoAddress } from '../router/match';
import { router } from '../router/router.svelte';
import { drags } from './drags.svelte';
import type { Place } from './library.svelte';
import type { Ordering } from './ordering.svelte';
import { idOf, type Selection } from './selection.svelte';
import type { Surface } from './surface.svelte';

/** From the tile's top left corner: the circle, as large as a finger. */
const circle = 44;
const longPress = 450;

interface Given {
  surface: Surface;
  /** Null where nothing can be selected. */
  selection: Selection | null;
  /** Of an album that one may put into its own order. */
  ordering: Ordering | undefined;
  path: string;
  /** Called before a photo is opened. */
  leaving: () => void;
}

export class Hand {
  #press: ReturnType<typeof setTimeout> | undefined;
  #pressed = false;

  constructor(readonly given: () => Given) {}

  /** A plain click opens the viewer above this page, or selects once something is selected. */
  clicked(event: MouseEvent): void {
    const { surface, selection, path, leaving } = this.given();
    const tile = tileOf(event);
    if (this.#pressed) {
      this.#pressed = false;
      event.preventDefault();
      return;
    }
    if (!tile || event.metaKey || event.ctrlKey || event.altKey || event.button !== 0) return;
    const place = placeOf(surface, tile);
    const box = tile.getBoundingClientRect();
    // A click by the keyboard has no place, and is Enter: it opens. Firefox counts it as one of the mouse.
    const pointed = event.detail > 0 && (event.clientX !== 0 || event.clientY !== 0);
    const onCircle = pointed && event.clientX - box.left < circle && event.clientY - box.top < circle;
    if (selection && place && event.shiftKey) {
      event.preventDefault();
      void selection.extend(place);
    } else if (selection && place && pointed && (onCircle || selection.size > 0)) {
      event.preventDefault();
      selection.toggle(place);
    } else if (!event.shiftKey) {
      event.preventDefault();
      leaving();
      const entry = { month: tile.dataset['month'] ?? '', opened: true };
      router.go(photoAddress(path, tile.dataset['id'] ?? ''), { entry });
    }
  }

  /** A finger that rests on a photo selects it. */
  down(event: PointerEvent): void {
    const { surface, selection } = this.given();
    const tile = tileOf(event);
    this.up();
    if (event.pointerType === 'mouse' || !tile || !selection) return;
    this.#press = setTimeout(() => {
      const place = placeOf(surface, tile);
      if (!place) return;
      this.#pressed = true;
      selection.toggle(place);
    }, longPress);
  }

  up(): void {
    clearTimeout(this.#press);
  }

  /** The menu that a long press brings on a phone would cover what was selected. */
  menu(event: MouseEvent): void {
    if (this.#pressed) event.preventDefault();
  }

  /** All that is selected goes with the one that is dragged. */
  dragged(event: DragEvent): void {
    const { selection, ordering } = this.given();
    const id = tileOf(event)?.dataset['id'] ?? '';
    if (ordering && id) {
      const ids = selection?.has(id) ? [...selection.ids] : [id];
      drags.begin(event, ids, () => undefined, true);
    } else if (selection?.has(id) && selection.library.scope !== 'trash')
      drags.begin(event, [...selection.ids], () => selection.clear());
    else event.preventDefault();
  }

  async key(event: KeyboardEvent): Promise<void> {
    const { surface, selection, ordering } = this.given();
    const tile = tileOf(event);
    const place = tile && placeOf(surface, tile);
    if (!place) return;
    if (event.altKey) {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey)
        await ordering?.key(event, place, selection?.ids ?? new Set(), surface);
    } else if (event.ctrlKey || event.metaKey) {
      if (event.key !== 'a' || !selection) return;
      event.preventDefault();
      await selection.all();
    } else if (/^(Arrow(Left|Right|Up|Down)|Home|End|Page(Up|Down))$/.test(event.key)) {
      event.preventDefault();
      if (event.shiftKey && selection && selection.size === 0) selection.toggle(place);
      const next = await surface.neighbour(place, event.key);
      if (!next) return;
      await surface.focus(next);
      if (event.shiftKey) await selection?.extend(next);
    } else if (selection) {
      await this.#select(event, place, selection);
    }
  }

  /** Space selects the photo, with Shift its row; d its day. */
  async #select(event: KeyboardEvent, place: Place, selection: Selection): Promise<void> {
    const { surface } = this.given();
    if (event.key === ' ' && !event.shiftKey) {
      event.preventDefault();
      selection.toggle(place);
    } else if (event.key === ' ') {
      event.preventDefault();
      const ids = surface.rowIds(place);
      selection.set(ids, !ids.every((id) => selection.has(id)));
    } else if (event.key === 'd' && !surface.library.inOrder) {
      const day = surface.dayOf(place);
      if (day === null) return;
      const ids = await selection.day(place.block.month, day);
      selection.set(ids, !ids.every((id) => selection.has(id)));
    } else if (event.key === 'Escape' && selection.size > 0) {
      event.stopPropagation();
      selection.clear();
    }
  }
}

function tileOf(event: Event): HTMLAnchorElement | null {
  return (event.target as Element).closest<HTMLAnchorElement>('a[data-id]');
}

function placeOf(surface: Surface, tile: HTMLElement): Place | null {
  const month = tile.dataset['month'] ?? '';
  const index = Number(tile.dataset['index']);
  const block = surface.library.blocks.find(
    (one) => one.month === month && index >= one.offset && index < one.offset + one.count,
  );
  const place = block && { block, index: index - block.offset };
  return place && idOf(place) === tile.dataset['id'] ? place : null;
}
