// Which language the reader sees. Knows no sentence, so that both catalogues can count with it.

const KEY = 'muster-language';

export type Language = 'en' | 'zh';

/** Each language by its own name, as its readers look for it. */
export const LANGUAGES: Record<Language, string> = { en: 'English', zh: '中文' };

const isLanguage = (text: string | null): text is Language => text === 'en' || text === 'zh';

/** What the reader chose, else what their browser asks for first of what we speak. */
export function chosen(stored: string | null, asked: readonly string[]): Language {
  if (isLanguage(stored)) {
    return stored;
  }
  return asked.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

/** For dates and numbers: the browser's own variant of the language, so that nobody reads half a sentence in another one. */
export function localeOf(language: Language, asked: readonly string[]): string {
  return asked.find((tag) => tag.slice(0, 2).toLowerCase() === language) ?? (language === 'zh' ? 'zh-CN' : 'en');
}

const inBrowser = typeof window !== 'undefined';
const asked = inBrowser ? window.navigator.languages : ['en'];

export const language: Language = chosen(inBrowser ? window.localStorage.getItem(KEY) : null, asked);
export const locale: string = localeOf(language, asked);

/** Sentences are read once, when the page is: a new language is a new page. The address, and with it the state, stays. */
export function chooseLanguage(next: Language): void {
  window.localStorage.setItem(KEY, next);
  window.location.reload();
}

const NUMBERS = new Intl.NumberFormat(locale);

/** A number as the reader writes it. */
export const number = (n: number): string => NUMBERS.format(n);
