// Short sentences about what happened, some with a way back.
import { Refusal, Unreachable, whenRefused } from '../api/client';
import { isPassing } from '../api/retry';
import { i18n } from '../i18n/i18n.svelte';
import { fieldSentence, learnProblems, problemCode, problemSentence } from '../i18n/problems.svelte';

whenRefused(() => learnProblems(i18n.language));

export interface Notice {
  id: number;
  text: string;
  failed: boolean;
  action?: { label: string; run: () => void };
}

/** Longer where there is something to press. */
const shownFor = { plain: 10_000, action: 25_000 };

class Notices {
  list = $state.raw<Notice[]>([]);
  #next = 1;

  /** Answers its id, for who knows when it has been read. */
  say(text: string, action?: Notice['action']): number {
    return this.#add({ id: this.#next++, text, failed: false, ...(action && { action }) });
  }

  /** What could not be done, in a sentence; it stays. */
  warn(text: string, action?: Notice['action']): number {
    return this.#add({ id: this.#next++, text, failed: true, ...(action && { action }) });
  }

  /** A failure stays until it is dismissed. `again` repeats what failed, where that can help. */
  fail(error: unknown, again?: () => void): number {
    const action = again && isPassing(error) && { label: i18n.m.tryAgain, run: again };
    return this.#add({ id: this.#next++, text: reasons(error), failed: true, ...(action && { action }) });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  #add(notice: Notice): number {
    this.list = [...this.list.slice(-2), notice];
    if (!notice.failed) {
      setTimeout(() => this.dismiss(notice.id), notice.action ? shownFor.action : shownFor.plain);
    }
    return notice.id;
  }
}

/** What to tell a person about an error: what the server's code means, in the language that is spoken. */
export function sentence(error: unknown): string {
  if (error instanceof Refusal) {
    if (error.problem) {
      return problemSentence(i18n.language, problemCode(error.problem.type), error.problem.detail);
    }
    return error.status >= 500 ? i18n.m.unavailable : i18n.m.refusedBetween(error.status);
  }
  if (error instanceof Unreachable) return i18n.m.unreachable;
  return String(error);
}

/** The same, with what is wrong with each field of a form. */
export function reasons(error: unknown): string {
  const fields = error instanceof Refusal ? (error.problem?.errors ?? []) : [];
  return [...new Set([sentence(error), ...fields.map((field) => fieldSentence(i18n.language, field))])].join(
    ' ',
  );
}

export const notices = new Notices();
