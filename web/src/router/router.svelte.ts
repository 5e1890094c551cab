// Where the page is. Components read `router.route`; links are ordinary <a href>, taken over here.
import { groundOf, match, type Route } from './match';

/** What a history entry remembers of the page that it stands for. */
export interface Entry {
  /** The month in which the photo that is open stands on its page. */
  month?: string;
  /** The photo was opened from a page of ours, so that "back" leads there. */
  opened?: boolean;
  /** Which photo stood where on the screen when this page was left; null at the very top, where one sees what is new. */
  anchor?: { id: string; month: string; top: number } | null;
}

class Router {
  path = $state('');
  hash = $state(location.hash);
  entry = $state.raw<Entry>((history.state as Entry | null) ?? {});
  route = $derived<Route>(match(this.path, this.hash));
  /** The address of the page without the photo that is open above it. */
  ground = $derived(groundOf(this.path));

  constructor() {
    history.scrollRestoration = 'manual';
    this.#moved();
    this.path = location.pathname + location.search;
    addEventListener('popstate', () => this.#read());
    addEventListener('click', (event) => this.#click(event));
  }

  go(path: string, { replace = false, entry = {} }: { replace?: boolean; entry?: Entry } = {}): void {
    history[replace ? 'replaceState' : 'pushState'](entry, '', path);
    this.#read();
  }

  /** Goes to the top of another page, and takes the keyboard there; from a photo one comes back to where its link was. */
  visit(path: string, options: { replace?: boolean } = {}): void {
    this.go(path, options);
    scrollTo(0, 0);
    if (this.route.photo === null) document.getElementById('main')?.focus({ preventScroll: true });
    else this.remember({ opened: true });
  }

  /** Adds to what the present history entry remembers. */
  remember(more: Entry): void {
    this.entry = { ...this.entry, ...more };
    history.replaceState(this.entry, '');
  }

  /** Where one's photos were before: links to it are about. */
  #moved(): void {
    const path = location.pathname.replace(/^\/mine(?=\/|$)/, '/photos');
    if (path !== location.pathname) history.replaceState(history.state, '', path + location.hash);
  }

  #read(): void {
    this.#moved();
    this.path = location.pathname + location.search;
    this.hash = location.hash;
    this.entry = (history.state as Entry | null) ?? {};
  }

  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
    if (!link || link.origin !== location.origin || link.hasAttribute('download') || link.target !== '')
      return;
    event.preventDefault();
    this.visit(link.pathname + link.search + link.hash);
  }
}

export const router = new Router();
