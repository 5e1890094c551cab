// Light, dark, or as the system has it; kept in this browser.
const storageKey = 'cadre-theme';
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export function keptTheme(): Theme {
  return themes.find((one) => one === localStorage.getItem(storageKey)) ?? 'system';
}

export function keepTheme(theme: Theme): void {
  localStorage.setItem(storageKey, theme);
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
