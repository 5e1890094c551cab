// What fingers, mouse, wheel and keys do on the map.
import { moved, zoomed, type Point, type View } from './mercator';

interface Given {
  view: () => View;
  show: (view: View) => void;
  /** Where something happened, from the middle of the map, in pixels. */
  fromMiddle: (event: MouseEvent) => Point;
  /** From now on the map alone hears of that pointer. */
  hold: (pointer: number) => void;
}

/** A press that moved no further is a press on what lies there. */
const still = 4;
/** How far an arrow moves the map, in pixels. */
const step = 80;

export class MapHand {
  /** Pointers that are down, and where they were last. */
  #pointers = new Map<number, Point>();
  #moved = 0;

  constructor(readonly given: Given) {}

  pressed(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (this.#pointers.size === 0) this.#moved = 0;
    this.#pointers.set(event.pointerId, this.given.fromMiddle(event));
  }

  /** One finger moves the map, two bring it nearer. */
  dragged(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const { view, show, fromMiddle, hold } = this.given;
    const now = fromMiddle(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#moved += Math.hypot(now.x - before.x, now.y - before.y);
    if (this.#moved > still) hold(event.pointerId);
    if (other) {
      const steps = Math.log2(between(now, other) / Math.max(1, between(before, other)));
      show(zoomed(view(), steps, other.x, other.y));
    } else {
      show(moved(view(), before.x - now.x, before.y - now.y));
    }
    this.#pointers.set(event.pointerId, now);
  }

  released(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
  }

  /** The click that ends a drag opens nothing. */
  clicked(event: MouseEvent): void {
    if (this.#moved <= still) return;
    event.preventDefault();
    event.stopPropagation();
    this.#moved = 0;
  }

  nearer(event: MouseEvent): void {
    const { x, y } = this.given.fromMiddle(event);
    this.given.show(zoomed(this.given.view(), 1, x, y));
  }

  wheeled(event: WheelEvent): void {
    event.preventDefault();
    const steps = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / 300 : event.deltaY / 6;
    const { x, y } = this.given.fromMiddle(event);
    this.given.show(zoomed(this.given.view(), Math.max(-1, Math.min(1, -steps)), x, y));
  }

  typed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const view = this.given.view();
    const next = {
      ArrowLeft: () => moved(view, -step, 0),
      ArrowRight: () => moved(view, step, 0),
      ArrowUp: () => moved(view, 0, -step),
      ArrowDown: () => moved(view, 0, step),
      '+': () => zoomed(view, 1),
      '=': () => zoomed(view, 1),
      '-': () => zoomed(view, -1),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    this.given.show(next());
  }
}

function between(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
