import { describe, expect, it } from 'vitest';
import { isTyped, wordFor } from './many';

describe('A change of many devices', () => {
  it('asks for their number, one of few does not', () => {
    expect(wordFor(99)).toBe('');
    expect(wordFor(1200)).toBe('1200');
  });

  it('goes on with exactly that', () => {
    expect(isTyped('', '')).toBe(true);
    expect(isTyped('1200', '')).toBe(false);
    expect(isTyped('1200', '120')).toBe(false);
    expect(isTyped('1200', ' 1200 ')).toBe(true);
  });
});
