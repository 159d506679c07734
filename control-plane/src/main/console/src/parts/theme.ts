const KEY = 'muster-theme';
const DARK_CLASS = 'pf-v6-theme-dark';

export type Theme = 'light' | 'dark';

/** What the reader chose, else what their system prefers. */
export function theme(): Theme {
  const chosen = window.localStorage.getItem(KEY);
  if (chosen === 'light' || chosen === 'dark') {
    return chosen;
  }
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function applyTheme(): void {
  document.documentElement.classList.toggle(DARK_CLASS, theme() === 'dark');
}

export function chooseTheme(chosen: Theme): void {
  window.localStorage.setItem(KEY, chosen);
  applyTheme();
}
