import { describe, expect, it } from 'vitest';
import { sentence } from './client';

const ZH = { stale: '其间已被他人更改。' };
const EN = { stale: 'Somebody else changed it meanwhile.' };
const STALE = { code: 'stale', title: 'Somebody else changed it meanwhile', detail: 'expected revision `3`, found `4`' };

describe('A problem of the server', () => {
  it('is told in the server’s own sentence in English', () => {
    expect(sentence(STALE, 'en', EN)).toBe('expected revision `3`, found `4`');
    expect(sentence({ code: 'stale' }, 'en', EN)).toBe('Somebody else changed it meanwhile.');
  });

  it('begins with what its code means in another language', () => {
    expect(sentence(STALE, 'zh', ZH)).toBe('其间已被他人更改。\nexpected revision `3`, found `4`');
    expect(sentence({ code: 'stale' }, 'zh', ZH)).toBe('其间已被他人更改。');
  });

  it('is told as it came where the code is of a newer server', () => {
    expect(sentence({ code: 'too-new', detail: 'expected more' }, 'zh', ZH)).toBe('expected more');
    expect(sentence({ code: 'too-new', title: 'More' }, 'zh', ZH)).toBe('More');
    expect(sentence({}, 'zh', ZH)).toBeUndefined();
  });
});
