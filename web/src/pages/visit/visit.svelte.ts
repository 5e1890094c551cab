// A visit by a share's link: what the link shows now, whether it is locked, and when it has ended.
import { Refusal, type ShareDoor } from '../../api/client';
import { libraries } from '../../managers/libraries.svelte';
import { reasons } from '../../managers/notices.svelte';
import { shownInOrder } from '../../services/sequence';
import * as service from '../../services/visits';
import { words } from './messages';

const leadsNowhere = (error: unknown): boolean => error instanceof Refusal && error.status === 404;

export class Visit {
  /** As it was told last; null before that, and when the link leads nowhere. */
  door = $state.raw<ShareDoor | null>(null);
  gone = $state(false);
  /** It was open here. */
  wasOpen = $state(false);
  error = $state.raw<unknown>(null);
  /** Why it was not unlocked. */
  failure = $state('');
  busy = $state(false);
  #asked: Promise<void> | null = null;
  #again = false;

  constructor(readonly key: string) {}

  /** Asks again; calls meanwhile are joined in one more. */
  look(): Promise<void> {
    this.#again = this.#asked !== null;
    this.#asked ??= this.#ask().finally(() => (this.#asked = null));
    return this.#asked;
  }

  /** Whether it is open now. */
  async unlock(password: string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = '';
    try {
      await service.unlock(this.key, password);
      await this.look();
    } catch (error) {
      if (leadsNowhere(error)) this.#ended();
      else this.failure = refusedBecause(error);
    } finally {
      this.busy = false;
    }
    return this.door?.locked === false;
  }

  async #ask(): Promise<void> {
    do {
      this.#again = false;
      try {
        const door = await service.getDoor(this.key);
        const scope = `share:${this.key}` as const;
        // Its photographs are read anew when they stand in another order.
        if (shownInOrder(scope, door.own_order) && this.wasOpen) void libraries.of(scope).refresh('all');
        this.door = door;
        this.gone = false;
        this.error = null;
        this.wasOpen ||= !this.door.locked;
      } catch (error) {
        if (leadsNowhere(error)) this.#ended();
        else this.error = error;
      }
    } while (this.#again);
  }

  #ended(): void {
    this.door = null;
    this.gone = true;
  }
}

/** Of too many attempts also when there may be another one. */
function refusedBecause(error: unknown): string {
  const wait = error instanceof Refusal && error.status === 429 ? error.retryAfter : undefined;
  return wait === undefined ? reasons(error) : `${reasons(error)} ${words().tryAgainIn(wait)}`;
}
