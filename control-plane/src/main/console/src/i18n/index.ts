import { en, type Messages } from './en';
import { language } from './language';
import { zh } from './zh';

/** The sentences in the reader's language. */
export const m: Messages = language === 'zh' ? zh : en;

export { LANGUAGES, chooseLanguage, language, locale, type Language } from './language';
