// Light, dark, or as the system has it; kept in this browser.
const storageKey = 'cadre-theme';
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

class Appearance {
  theme = $state<Theme>(themes.find((one) => one === localStorage.getItem(storageKey)) ?? 'system');

  constructor() {
    this.#apply();
  }

  change(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem(storageKey, theme);
    this.#apply();
  }

  #apply(): void {
    if (this.theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.theme;
  }
}

export const appearance = new Appearance();
