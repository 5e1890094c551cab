// Who is logged in here.
import { whenSessionEnds, type Me } from '../api/client';
import { i18n } from '../i18n/i18n.svelte';
import { initial } from '../services/initial';
import { changeName } from '../services/account';
import * as service from '../services/session';
import { albums } from './albums.svelte';
import { libraries } from './libraries.svelte';
import { notices } from './notices.svelte';
import { tags } from './tags.svelte';
import { router } from '../router/router.svelte';

class Session {
  me = $state.raw<Me | null>(initial?.me ?? null);
  /** The server was asked and could not say. */
  error = $state.raw<unknown>(null);
  user = $derived(this.me?.user ?? null);

  constructor() {
    whenSessionEnds(() => this.#ended());
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      this.me = await service.getMe();
    } catch (error) {
      this.error = error;
    }
  }

  async setUp(token: string, name: string, password: string): Promise<void> {
    this.#became(await service.setUp(token, name, password));
  }

  async logIn(name: string, password: string): Promise<void> {
    this.#became(await service.logIn(name, password));
  }

  async logOut(): Promise<void> {
    await service.logOut();
    if (this.me) this.#became({ ...this.me, user: null });
  }

  async rename(name: string): Promise<void> {
    this.me = await changeName(name);
  }

  /** The server no longer knows this browser: pages of one's own offer the log-in, others go on for everybody. */
  #ended(): void {
    if (!this.me?.user) return;
    this.#became({ ...this.me, user: null });
    notices.say(i18n.m.sessionEnded, { label: i18n.m.logIn, run: () => router.go('/login') });
  }

  #became(me: Me): void {
    libraries.forget();
    albums.forget();
    tags.forget();
    this.me = me;
  }
}

export const session = new Session();
