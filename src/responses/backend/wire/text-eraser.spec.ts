import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { formsOf } from '../errors/scrub-keys.js';
import { HiddenTexts, TextEraser } from './text-eraser.js';

const key = 'aab-operator-key';
const forms = formsOf(key);
const hidden = new HiddenTexts(forms, '***');

function through(text: string, sizes: readonly number[]): string[] {
  const eraser = new TextEraser(hidden);
  const shown: string[] = [];
  let from = 0;
  for (const size of [...sizes, text.length]) {
    shown.push(eraser.push(text.slice(from, from + size)));
    from += size;
  }
  return [...shown, eraser.end()];
}

describe('TextEraser', () => {
  it('erases a key and its encodings, in whatever pieces they come', () => {
    const piece = fc.oneof(
      fc.constantFrom(...forms, 'a', 'aa', 'aab-', 'aab-oper', 'é'),
      fc.string(),
    );
    const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), sizes, (pieces, cuts) => {
        const out = through(pieces.join('|'), cuts).join('');
        for (const form of forms) expect(out).not.toContain(form);
      }),
    );
  });

  it('leaves everything else as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(5)), (text, cuts) => {
        fc.pre(!forms.some((form) => text.includes(form)));
        expect(through(text, cuts).join('')).toBe(text);
      }),
    );
  });

  it('holds back nothing that only begins like a key, and what may be one until it is clear', () => {
    expect(through('so aab is', [6, 3])).toEqual(['so aab', ' is', '', '']);
    expect(through('so aab-op is', [9, 3])).toEqual(['so aab', '-op is', '', '']);
    expect(through(`so ${key}!`, [9, 4])).toEqual(['so aab', '', '***!', '']);
  });

  it('shows no more of a key that others interrupt than came before', () => {
    const eraser = new TextEraser(hidden);
    const shown = [
      eraser.push(key.slice(0, 9)),
      eraser.end(),
      eraser.push(key.slice(9)),
      eraser.end(),
    ];
    expect(shown.join('')).toBe(`${key.slice(0, 9)}***`);
  });
});
