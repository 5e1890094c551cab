// Short sentences about what happened, some with a way back.
import { Refusal, Unreachable } from '../api/client';
import { i18n } from '../i18n/i18n.svelte';

export interface Notice {
  id: number;
  text: string;
  failed: boolean;
  action?: { label: string; run: () => void };
}

const shownFor = 10_000;

class Notices {
  list = $state.raw<Notice[]>([]);
  #next = 1;

  say(text: string, action?: Notice['action']): void {
    this.#add({ id: this.#next++, text, failed: false, ...(action && { action }) });
  }

  /** A failure stays until it is dismissed. */
  fail(error: unknown): void {
    this.#add({ id: this.#next++, text: sentence(error), failed: true });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  #add(notice: Notice): void {
    this.list = [...this.list.slice(-2), notice];
    if (!notice.failed) setTimeout(() => this.dismiss(notice.id), shownFor);
  }
}

/** What to tell a person about an error: the server's own sentence where it sent one. */
export function sentence(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (error instanceof Unreachable) return i18n.m.unreachable;
  return String(error);
}

export const notices = new Notices();
