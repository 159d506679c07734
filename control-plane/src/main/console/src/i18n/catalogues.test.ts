import { describe, expect, it } from 'vitest';
import { en } from './en';
import { chosen, localeOf } from './language';
import { zh } from './zh';

type Tree = { [key: string]: unknown };

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every path to a sentence, with the sentence. */
function leaves(tree: Tree, path: string[] = []): [string[], unknown][] {
  return Object.entries(tree).flatMap(([key, value]): [string[], unknown][] =>
    isTree(value) ? leaves(value, [...path, key]) : [[[...path, key], value]],
  );
}

// What a sentence asks for is in its types, which are gone by now.
function attempt(sentence: (...words: unknown[]) => unknown, words: unknown[]): string {
  try {
    return String(sentence(...words));
  } catch {
    return '';
  }
}

/** What a sentence says, with letters and a number where it asks for something. */
function said(value: unknown): string {
  if (typeof value === 'function') {
    return [['x', 2, 'x', 2], [2, 2], [2, ''], [['x'], 'x']].map((words) => attempt(value as (...words: unknown[]) => unknown, words)).join(' ');
  }
  return Array.isArray(value) ? value.flat().join(' ') : String(value);
}

const SOURCES = import.meta.glob<string>(['../**/*.ts', '../**/*.tsx', '!../i18n/**', '!../**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

// What both languages write the same way: names, formats, and what is typed as it stands.
const SAME = new Set([
  'product',
  'common.none',
  'fleet.searchPlaceholder',
  'artifacts.detail.sha256',
  'releases.detail.targetColumns.sha256',
  'channels.noneCommand',
  'registry.sites.kbps',
]);

describe('The two catalogues', () => {
  const english = new Map(leaves(en).map(([path, value]) => [path.join('.'), value]));
  const chinese = new Map(leaves(zh).map(([path, value]) => [path.join('.'), value]));

  it('have the same keys', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('ask for the same things', () => {
    const differ = [...english].filter(([key, value]) => typeof value !== typeof chinese.get(key)).map(([key]) => key);
    expect(differ).toEqual([]);
  });

  it('leave nothing in the other language', () => {
    const han = /\p{Script=Han}/u;
    const wrong = [...english.keys()].filter(
      (key) => !SAME.has(key) && (han.test(said(english.get(key))) || !han.test(said(chinese.get(key)))),
    );
    expect(wrong).toEqual([]);
  });

  it('hold no sentence that no page shows', () => {
    const text = Object.values(SOURCES).join('\n');
    expect(text.length).toBeGreaterThan(100_000);
    const all = (pattern: RegExp) => new Set([...text.matchAll(pattern)].map((found) => found[1] ?? ''));
    const dotted = all(/[.](\w+)\b/g);
    const quoted = all(/(?<=['"])([\w.-]+)(?=['"])/g);
    const taken = new Set((text.match(/{[^{};]*} = /g) ?? []).flatMap((names) => names.match(/\w+/g) ?? []));
    const mentioned = (name: string) => dotted.has(name) || quoted.has(name) || taken.has(name);
    // A map is read by what the server says: then the map itself is named, and not one of its members.
    const maps = all(/[.](\w+)[\[)},\]]/g);
    const readAsMap = (name: string) => maps.has(name);
    const unused = leaves(en)
      .map(([path]) => path)
      .filter((path) => {
        const name = path[path.length - 1] ?? '';
        const map = path[path.length - 2] ?? '';
        return !mentioned(name) && !readAsMap(map);
      })
      .map((path) => path.join('.'));
    expect(unused).toEqual([]);
  });
});

describe('The language', () => {
  it('is the one that was chosen, else the first one the browser asks for that we speak', () => {
    expect(chosen('zh', ['en-GB'])).toBe('zh');
    expect(chosen(null, ['fr', 'zh-CN', 'en'])).toBe('zh');
    expect(chosen('xx', ['fr'])).toBe('en');
  });

  it('takes dates and numbers from the same language', () => {
    expect(localeOf('en', ['zh-CN', 'en-GB'])).toBe('en-GB');
    expect(localeOf('zh', ['de'])).toBe('zh-CN');
  });
});
