// The libraries that this page has looked at, one a scope.
import type { Scope, ShareDoor } from '../api/client';
import { initial } from '../services/initial';
import { Library } from './library.svelte';

/** So many albums and tags are kept of those that were looked at. */
const keptOfNamed = 4;

class Libraries {
  /** Of the share that one visits, while it is open: what its visitors are told, and may do. */
  door = $state.raw<ShareDoor | null>(null);
  #byScope = $state.raw(new Map<Scope, Library>());
  #embeddedUsed = false;

  of(scope: Scope): Library {
    return this.#byScope.get(scope) ?? this.#make(scope);
  }

  /** Of those that were looked at. */
  get scopes(): Scope[] {
    return [...this.#byScope.keys()];
  }

  /** Those that were looked at read their months again; the others will when they are. See Library.refresh. */
  refresh(changed: readonly string[] | 'all'): void {
    for (const library of this.#byScope.values()) void library.refresh(changed);
  }

  /** Shows at once, wherever they stand, that photos are favourites or are not. */
  mark(ids: ReadonlySet<string>, favourite: boolean): void {
    for (const library of this.#byScope.values()) library.mark(ids, favourite);
  }

  /** Somebody else looks now. */
  forget(): void {
    this.#byScope = new Map();
  }

  #make(scope: Scope): Library {
    const library = new Library(scope);
    if (scope === 'wall' && initial && !this.#embeddedUsed) {
      this.#embeddedUsed = true;
      library.adopt(initial.timeline, initial.months);
    }
    // Not a change that anybody waits for: the first to ask is given it.
    this.#byScope.set(scope, library);
    // There may be any number of albums and tags.
    const named = [...this.#byScope.keys()].filter((one) => one.includes(':'));
    for (const one of named.slice(0, -keptOfNamed)) this.#byScope.delete(one);
    return library;
  }
}

export const libraries = new Libraries();
