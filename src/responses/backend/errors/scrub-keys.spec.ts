import { describe, expect, it } from '@jest/globals';
import { formsOf, scrubKeys } from './scrub-keys.js';
import { growthOf } from '../../../../test/support/growth.js';

const key = 'operator/key+with "signs" 0123456789';

describe('a key that a backend quotes', () => {
  it.each(formsOf(key))('is erased as %s', (form) => {
    expect(scrubKeys(`Wrong key ${form}, sorry.`, key)).toBe('Wrong key ***, sorry.');
  });

  it.each(['', ':', 'Bearer ', 'user:', 'a', 'ab', 'é '])(
    'is erased from base64 behind %j',
    (before) => {
      for (const behind of ['', '\n', ' x', '"}'])
        for (const form of ['base64', 'base64url'] as const) {
          const shown = scrubKeys(Buffer.from(before + key + behind).toString(form), key);
          const read = shown.split('***').map((part) => Buffer.from(part, form).toString());
          expect(read.join('')).not.toMatch(/operator|signs|01234/);
          expect(shown).toContain('***');
        }
    },
  );

  it.each([
    ['hexadecimal', Buffer.from(key).toString('hex').toUpperCase()],
    ['small percent signs', encodeURIComponent(key).replace(/%../g, (sign) => sign.toLowerCase())],
    ['percent signs, twice', encodeURIComponent(encodeURIComponent(key))],
    ['escaped slashes', JSON.stringify(key).slice(1, -1).replaceAll('/', '\\/')],
    ['escapes for HTML', JSON.stringify(key).slice(1, -1).replaceAll('+', '\\u002B')],
  ])('is erased in %s', (_name, form) => {
    expect(scrubKeys(`Wrong key ${form}, sorry.`, key)).toBe('Wrong key ***, sorry.');
  });

  it('has more forms than one', () => {
    expect(formsOf(key).length).toBeGreaterThan(3);
  });

  it('of a few characters erases no words', () => {
    expect(scrubKeys('The key is sk.', 'key')).toBe('The key is sk.');
  });

  it.each([' ', 'token ', 'bearer ', 'api_key = ', 'sk-'])(
    'costs linear time on runs of %j',
    (unit) => {
      const scrub = (length: number): void => {
        scrubKeys(`token${unit.repeat(length / unit.length)}x`, key);
      };
      // The text is thirty-two times as long: linear work takes about 32 times as long, quadratic work about 1,024 times.
      expect(growthOf(scrub, 5_000, 160_000, 320)).toBeLessThan(320);
    },
  );
});
