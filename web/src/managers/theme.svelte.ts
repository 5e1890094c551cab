// The theme that is chosen here.
import { applyTheme, keepTheme, keptTheme, type Theme } from '../theme';

class Appearance {
  theme = $state<Theme>(keptTheme());

  change(theme: Theme): void {
    this.theme = theme;
    keepTheme(theme);
    applyTheme(theme);
  }
}

export const appearance = new Appearance();
