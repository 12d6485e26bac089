import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Sealer } from './sealer.js';

const sealer = new Sealer(['first secret']);

describe('Sealer', () => {
  it('opens what it sealed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 2000 }).filter((text) => text.isWellFormed()),
        (text) => {
          expect(sealer.open('reasoning', sealer.seal('reasoning', text))).toBe(text);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('hides the text, and never seals it the same way twice', () => {
    const sealed = sealer.seal('reasoning', 'a secret thought');
    expect(sealed).toMatch(/^rp1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+$/);
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('secret');
    expect(sealer.seal('reasoning', 'a secret thought')).not.toBe(sealed);
  });

  it('compresses', () => {
    expect(sealer.seal('reasoning', 'again and '.repeat(10_000)).length).toBeLessThan(1_000);
  });

  it('opens with any of its keys, and seals with the first: rotation', () => {
    const rotated = new Sealer(['second secret', 'first secret']);
    expect(rotated.open('reasoning', sealer.seal('reasoning', 'x'))).toBe('x');
    expect(sealer.open('reasoning', rotated.seal('reasoning', 'x'))).toBeUndefined();
  });

  it('binds the text to its purpose', () => {
    expect(sealer.open('compaction', sealer.seal('reasoning', 'x'))).toBeUndefined();
  });

  it('does not open what anyone changed, in any place', () => {
    const sealed = sealer.seal('reasoning', 'a thought');
    for (let at = 0; at < sealed.length; at++) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
      // The last character of base64 has bits that mean nothing.
      const same = Buffer.from(changed.split('.').at(-1) ?? '', 'base64url').equals(
        Buffer.from(sealed.split('.').at(-1) ?? '', 'base64url'),
      );
      if (!same || !changed.startsWith('rp1.')) {
        expect(sealer.open('reasoning', changed)).toBeUndefined();
      }
    }
  });

  it('shrugs at anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `rp1.${text}`),
        ),
        (text) => {
          expect(sealer.open('reasoning', text)).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
    const [version, id] = sealer.seal('reasoning', 'x').split('.');
    for (const payload of ['', 'AA', 'A'.repeat(40), `${'A'.repeat(60)}.x`]) {
      expect(sealer.open('reasoning', `${version}.${id}.${payload}`)).toBeUndefined();
    }
  });

  it('does not inflate without bound', () => {
    const small = new Sealer(['first secret'], 1_000);
    expect(small.open('reasoning', sealer.seal('reasoning', 'x'.repeat(1_001)))).toBeUndefined();
  });
});
