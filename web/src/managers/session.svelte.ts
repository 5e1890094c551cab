// Who is logged in here.
import { type Me } from '../api/client';
import { initial } from '../services/initial';
import * as service from '../services/session';
import { libraries } from './libraries.svelte';

class Session {
  me = $state.raw<Me | null>(initial?.me ?? null);
  /** The server was asked and could not say. */
  error = $state.raw<unknown>(null);
  user = $derived(this.me?.user ?? null);

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

  #became(me: Me): void {
    libraries.forget();
    this.me = me;
  }
}

export const session = new Session();
