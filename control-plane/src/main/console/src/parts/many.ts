/** From so many devices on, whoever changes them types their number: a click alone is too easily a mistake. */
const MANY = 100;

/** What has to be typed before so many devices are changed; empty for few. */
export const wordFor = (devices: number): string => (devices >= MANY ? String(devices) : '');

/** Whether what was typed is that word. */
export const isTyped = (word: string, typed: string): boolean => word === '' || typed.trim() === word;
