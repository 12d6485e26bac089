import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { ByteReplacer, compileReplacements } from './byte-replacer.js';

const eraserOf = (key: string): ByteReplacer =>
  new ByteReplacer(compileReplacements(formsOf(key).map((form) => [form, MASK])));

import { formsOf, MASK } from '../errors/scrub-keys.js';

const key = 'aab-operator-key';

function through(text: string, sizes: readonly number[]): string {
  const eraser = eraserOf(key);
  const bytes = Buffer.from(text);
  const parts: Buffer[] = [];
  let from = 0;
  for (const size of [...sizes, bytes.length]) {
    parts.push(eraser.push(bytes.subarray(from, from + size)));
    from += size;
  }
  return Buffer.concat([...parts, eraser.end()]).toString();
}

describe('ByteReplacer', () => {
  it('erases the key and its encodings, wherever the chunks are cut', () => {
    const forms = [key, encodeURIComponent(key), Buffer.from(key).toString('base64')];
    const piece = fc.oneof(fc.constantFrom(...forms, 'a', 'aa', 'aab-', 'é'), fc.string());
    const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), sizes, (pieces, cuts) => {
        const out = through(pieces.join('|'), cuts);
        for (const form of forms) expect(out).not.toContain(form);
      }),
    );
  });

  it('leaves everything else as it is and holds nothing back at the end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(5)), (text, cuts) => {
        fc.pre(!text.includes(key));
        expect(through(text, cuts)).toBe(Buffer.from(text).toString());
      }),
    );
  });

  it('holds back only what may be the beginning of the key', () => {
    const eraser = eraserOf(key);
    expect(eraser.push(Buffer.from('data: x\n\n')).toString()).toBe('data: x\n\n');
    expect(eraser.push(Buffer.from('data: aab-op')).toString()).toBe('data: ');
    expect(eraser.push(Buffer.from('en')).toString()).toBe('aab-open');
  });

  it('cleans headers', () => {
    const headers = eraserOf(key).headers({
      'x-key': `k ${key}`,
      list: [key],
      none: undefined,
    });
    expect(headers).toEqual({ 'x-key': 'k ***', list: ['***'], none: undefined });
  });
});
