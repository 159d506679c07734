import { en, type Messages } from './en';

/** The sentences in the reader's language; English until there are others. */
export const m: Messages = en;

/** The language for dates and numbers, even where the sentences are English. */
export const locale: string = navigator.language;
