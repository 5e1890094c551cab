// How the pages look and speak: kept with who is logged in, and in this browser for the time before that.
import type { Settings } from '../api/client';
import { i18n } from '../i18n/i18n.svelte';
import type { Language } from '../i18n/language';
import { changeSettings, getSettings } from '../services/account';
import type { Theme } from '../theme';
import { notices } from './notices.svelte';
import { session } from './session.svelte';
import { appearance } from './theme.svelte';

class Preferences {
  #changes = 0;

  /** Takes over what was chosen in other browsers. What cannot be read now is as it was here. */
  async follow(): Promise<void> {
    const before = this.#changes;
    const settings = await getSettings().catch(() => null);
    if (settings && this.#changes === before) this.#apply(settings);
  }

  speak(language: Language): Promise<void> {
    i18n.change(language);
    return this.#keep(() => changeSettings({ language }));
  }

  look(theme: Theme): Promise<void> {
    appearance.change(theme);
    return this.#keep(() => changeSettings({ theme: theme === 'system' ? null : theme }));
  }

  async #keep(change: () => Promise<Settings>): Promise<void> {
    this.#changes++;
    if (!session.user) return;
    try {
      await change();
    } catch (error) {
      notices.fail(error);
    }
  }

  #apply({ language, theme }: Settings): void {
    // Nothing was ever chosen for all browsers: this one keeps what it has.
    if (language === null && theme === null) return;
    if (language !== null && language !== i18n.language) i18n.change(language);
    if ((theme ?? 'system') !== appearance.theme) appearance.change(theme ?? 'system');
  }
}

export const preferences = new Preferences();
