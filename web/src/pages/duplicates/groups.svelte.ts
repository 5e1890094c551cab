// The groups on the page of look-alikes: what is decided leaves at once, and is put back where it is refused or undone.
import { Refusal, type DuplicateGroup } from '../../api/client';
import { i18n } from '../../i18n/i18n.svelte';
import { libraries } from '../../managers/libraries.svelte';
import { lookAgain } from '../../managers/lookAgain';
import { notices } from '../../managers/notices.svelte';
import { tellRefused } from '../../managers/changes';
import { changeAll } from '../../services/bulk';
import { keepOf, listDuplicates, type Kinds } from '../../services/duplicates';
import { words } from './messages';

export class Groups {
  /** Null until the first are known. */
  list = $state.raw<readonly DuplicateGroup[] | null>(null);
  error = $state.raw<unknown>(null);
  next = $state<string | null>(null);
  loading = $state(false);

  constructor(readonly kind: Kinds) {}

  /** From the first, or what follows. A page may be empty and not the last. */
  async load(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    this.error = null;
    try {
      let found: readonly DuplicateGroup[];
      do {
        const page = await listDuplicates(this.kind, this.next);
        this.next = page.next;
        found = page.groups;
      } while (found.length === 0 && this.next !== null);
      const known = this.list ?? [];
      this.list = [...known, ...found.filter(({ id }) => !known.some((group) => group.id === id))];
    } catch (error) {
      this.error = error;
    }
    this.loading = false;
  }

  async again(): Promise<void> {
    this.list = this.next = null;
    await this.load();
  }

  /** The others go to the trash; where these are all, they are told apart. */
  async keep(group: DuplicateGroup, ids: string[]): Promise<void> {
    const at = this.#take(group);
    try {
      const { results, trashed } = await keepOf(group.id, ids);
      const gone = new Set(trashed);
      for (const scope of libraries.scopes) if (scope !== 'trash') libraries.of(scope).drop(gone);
      this.#tell(group, at, trashed, ids.length === group.photos.length);
      tellRefused(
        results
          .filter(({ status }) => status >= 300)
          .map(({ id, code, detail }) => ({ id, code, detail: detail ?? '' })),
      );
    } catch (error) {
      // Another one by now: it is looked for again.
      if (error instanceof Refusal && error.status === 409) void this.again();
      else this.#put(group, at);
      notices.fail(error, () => void this.keep(group, ids));
    }
    if (this.list?.length === 0 && this.next !== null) void this.load();
    lookAgain();
  }

  #tell(group: DuplicateGroup, at: number, trashed: string[], all: boolean): void {
    if (!all && trashed.length === 0) return;
    const said = all ? words().toldApart : words().kept(trashed.length, i18n.number(trashed.length));
    notices.say(said, { label: i18n.m.undo, run: () => void this.#undo(group, at, all ? null : trashed) });
  }

  async #undo(group: DuplicateGroup, at: number, trashed: string[] | null): Promise<void> {
    try {
      if (trashed) tellRefused(await changeAll(trashed, { trashed: false }));
      else
        await keepOf(
          group.id,
          group.photos.map(({ id }) => id),
          false,
        );
      this.#put(group, at);
      notices.say(words().back);
    } catch (error) {
      notices.fail(error, () => void this.#undo(group, at, trashed));
    }
    lookAgain();
  }

  /** Where it was. */
  #take(group: DuplicateGroup): number {
    const at = this.list?.findIndex(({ id }) => id === group.id) ?? -1;
    this.list = (this.list ?? []).filter(({ id }) => id !== group.id);
    return Math.max(0, at);
  }

  #put(group: DuplicateGroup, at: number): void {
    if (this.list?.some(({ id }) => id === group.id)) return;
    this.list = (this.list ?? []).toSpliced(at, 0, group);
  }
}
