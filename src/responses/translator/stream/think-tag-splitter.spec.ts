import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ThinkTagSplitter } from './think-tag-splitter.js';

function split(fragments: readonly string[]): { text: string; reasoning: string } {
  const splitter = new ThinkTagSplitter();
  const result = { text: '', reasoning: '' };
  for (const part of [...fragments.flatMap((text) => splitter.push(text)), ...splitter.end()]) {
    result[part.kind] += part.text;
  }
  return result;
}

describe('ThinkTagSplitter', () => {
  it.each([
    ['plain', { text: 'plain', reasoning: '' }],
    ['<think>why</think>answer', { text: 'answer', reasoning: 'why' }],
    [' \n<think>\nwhy\n</think>\n\nanswer', { text: 'answer', reasoning: 'why\n' }],
    ['<think></think>answer', { text: 'answer', reasoning: '' }],
    ['<think>never closed </thin', { text: '', reasoning: 'never closed </thin' }],
    ['a < b <think>code</think>', { text: 'a < b <think>code</think>', reasoning: '' }],
    ['<thin ice', { text: '<thin ice', reasoning: '' }],
    ['<thi', { text: '<thi', reasoning: '' }],
    ['<think>a</thi</think>b', { text: 'b', reasoning: 'a</thi' }],
    ['', { text: '', reasoning: '' }],
  ])('%j', (input, expected) => {
    expect(split([input])).toEqual(expected);
    expect(split(Array.from(input))).toEqual(expected);
  });

  it('gives the same for every split', () => {
    const piece = fc.constantFrom(
      '<think>',
      '</think>',
      '<',
      '/',
      'think',
      '>',
      ' ',
      '\n',
      'a',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.infiniteStream(fc.nat(4)),
        (pieces, cuts) => {
          const input = pieces.join('');
          const fragments: string[] = [];
          for (let at = 0; at < input.length;) {
            const size = 1 + (cuts.next().value as number);
            fragments.push(input.slice(at, at + size));
            at += size;
          }
          expect(split(fragments)).toEqual(split([input]));
        },
      ),
      { numRuns: 500 },
    );
  });
});
