import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { topLevelTexts } from './top-level-texts.js';

const names = ['type', 'stream_id'];
const textsOf = (text: string): object =>
  Object.fromEntries(topLevelTexts(Buffer.from(text), names));

describe('topLevelTexts', () => {
  it('finds what JSON.parse finds, wherever else the names stand', () => {
    const name = fc.constantFrom('type', 'stream_id', 'a', '"type":', 'stream_id\\');
    const value = fc.oneof(
      fc.string(),
      name,
      fc.jsonValue({ maxDepth: 2 }),
      fc.dictionary(name, name),
    );
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.constantFrom(0, 2), (message, indent) => {
        const expected = Object.entries(message).filter(
          ([key, text]) => names.includes(key) && typeof text === 'string',
        );
        expect(textsOf(JSON.stringify(message, null, indent))).toEqual(
          Object.fromEntries(expected),
        );
      }),
    );
  });

  it.each([
    [`{"type":"${'x'.repeat(2_000)}","stream_id":"a"}`, { stream_id: 'a' }],
    [`{"type":1,"${'x'.repeat(2_000)}":"a"}`, {}],
    ['{"type":"a', {}],
    ['', {}],
    ['{"type":"\\u0041"}', { type: 'A' }],
  ])('of %j', (text, expected) => {
    expect(textsOf(text)).toEqual(expected);
  });
});
