// The libraries that this page has looked at, one a scope.
import type { Scope } from '../api/client';
import { initial } from '../services/initial';
import { Library } from './library.svelte';

class Libraries {
  #byScope = $state.raw<Partial<Record<Scope, Library>>>({});
  #embeddedUsed = false;

  of(scope: Scope): Library {
    return this.#byScope[scope] ?? this.#make(scope);
  }

  /** Those that were looked at read their months again; the others will when they are. See Library.refresh. */
  refresh(changed: readonly string[] | 'all'): void {
    for (const library of Object.values(this.#byScope)) void library.refresh(changed);
  }

  /** Shows at once, wherever they stand, that photos are favourites or are not. */
  mark(ids: ReadonlySet<string>, favourite: boolean): void {
    for (const library of Object.values(this.#byScope)) library.mark(ids, favourite);
  }

  /** Somebody else looks now. */
  forget(): void {
    this.#byScope = {};
  }

  #make(scope: Scope): Library {
    const library = new Library(scope);
    if (scope === 'wall' && initial && !this.#embeddedUsed) {
      this.#embeddedUsed = true;
      library.adopt(initial.timeline, initial.months);
    }
    // Not a change that anybody waits for: the first to ask is given it.
    (this.#byScope as Record<string, Library>)[scope] = library;
    return library;
  }
}

export const libraries = new Libraries();
