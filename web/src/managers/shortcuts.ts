// The viewer by keyboard. What is here is told in ShortcutsDialog.
import { save } from '../files/save';
import { session } from './session.svelte';
import type { Swipe } from './swipe';
import type { Viewing } from './viewer.svelte';

interface Given {
  viewing: () => Viewing;
  swipe: () => Swipe | undefined;
  mine: () => boolean;
  close: () => void;
  remove: () => void;
  details: () => void;
  /** Whether it may be edited. */
  edit: () => boolean;
  help: () => void;
  /** Asks for an album to put it in. */
  album: () => void;
}

/** How far an arrow moves a picture that is zoomed, in px. */
const step = 120;

export class Shortcuts {
  constructor(readonly given: Given) {}

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    // Somebody writes; Escape leaves what is written in.
    if ((event.target as Element).closest('input, textarea, select') && event.key !== 'Escape') return;
    if (event.shiftKey ? this.#shifted(event.key) || this.#plain(event.key) : this.#plain(event.key)) {
      event.preventDefault();
    }
  }

  #plain(key: string): boolean {
    const { given } = this;
    const viewing = given.viewing();
    if (key === 'ArrowLeft') void viewing.step('previous');
    else if (key === 'ArrowRight') void viewing.step('next');
    else if (key === 'Escape') given.close();
    else if (key === 'i') given.details();
    else if (key === 'e') return given.edit();
    else if (key === '?') given.help();
    else return this.#zoom(key) || this.#download(key) || this.#owner(key);
    return true;
  }

  #zoom(key: string): boolean {
    const swipe = this.given.swipe();
    if (key === '+' || key === '=') swipe?.zoomBy(1.5);
    else if (key === '-') swipe?.zoomBy(1 / 1.5);
    else if (key === '0' && swipe?.zoomed) swipe.fit();
    else if (key === 'z') swipe?.toggleZoom();
    else return false;
    return true;
  }

  /** Not by a capital that Caps Lock makes. */
  #shifted(key: string): boolean {
    return key.toLowerCase() === 'a' ? this.#owner('shift a') : this.#pan(key);
  }

  #pan(key: string): boolean {
    const ways: Record<string, [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    };
    const way = ways[key];
    if (way) this.given.swipe()?.pan(...way);
    return way !== undefined;
  }

  #download(key: string): boolean {
    const original = key === 'd' ? this.given.viewing().original(this.given.mine()) : null;
    if (original) save(original);
    return original !== null;
  }

  #owner(key: string): boolean {
    const viewing = this.given.viewing();
    const { photo } = viewing;
    if (!photo || !this.given.mine()) return false;
    if (key === 'Delete') this.given.remove();
    else if (photo.owner.id === session.user?.id && !photo.trashed_at && this.#own(key)) return true;
    else if (key.toLowerCase() === 'r' && photo.state === 'ready' && !photo.trashed_at) void viewing.turn();
    else return false;
    return true;
  }

  /** Of one's own, not in the trash. */
  #own(key: string): boolean {
    const viewing = this.given.viewing();
    if (key === 'f') void viewing.favour();
    else if (key === 'a') this.given.album();
    else if (key === 'shift a') void viewing.archive();
    else if (/^[0-5]$/.test(key)) void viewing.rate(Number(key) || null);
    else return false;
    return true;
  }
}
