import { describe, expect, it } from 'vitest';
import { diffLines } from './diff';

const signs = { same: ' ', plus: '+', minus: '-', skip: '~' };
const shown = (before: string, after: string) => diffLines(before, after).map((line) => signs[line.kind] + line.text);

describe('diffLines', () => {
  it('shows what went and what came at its place', () => {
    expect(shown('a\nb\nc\n', 'a\nx\nc\n')).toEqual([' a', '-b', '+x', ' c']);
  });

  it('shows a new text as added and a removed one as gone', () => {
    expect(shown('', 'a\n')).toEqual(['+a']);
    expect(shown('a\n', '')).toEqual(['-a']);
  });

  it('leaves out what is far from every change', () => {
    const many = Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n');
    expect(shown(many, many + '\nend')).toEqual(['~…', ' line 17', ' line 18', ' line 19', '+end']);
  });

  it('shows nothing but a gap where nothing changed', () => {
    expect(shown('a\nb', 'a\nb')).toEqual(['~…']);
  });
});
