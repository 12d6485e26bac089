import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ThinkTagSplitter } from './think-tag-splitter.js';

function split(
  fragments: readonly string[],
  mode: 'tags' | 'open' = 'tags',
): { text: string; reasoning: string } {
  const splitter = new ThinkTagSplitter(mode);
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

  it.each([
    ['why</think>answer', { text: 'answer', reasoning: 'why' }],
    ['\n why</think>\n answer', { text: 'answer', reasoning: 'why' }],
    ['<think>why</think>answer', { text: 'answer', reasoning: 'why' }],
    ['never closed', { text: '', reasoning: 'never closed' }],
    ['</think>answer', { text: 'answer', reasoning: '' }],
    ['', { text: '', reasoning: '' }],
  ])('opened by the prompt: %j', (input, expected) => {
    expect(split([input], 'open')).toEqual(expected);
    expect(split(Array.from(input), 'open')).toEqual(expected);
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
        fc.constantFrom<'tags' | 'open'>('tags', 'open'),
        (pieces, cuts, mode) => {
          const input = pieces.join('');
          const fragments: string[] = [];
          for (let at = 0; at < input.length;) {
            const size = 1 + (cuts.next().value as number);
            fragments.push(input.slice(at, at + size));
            at += size;
          }
          expect(split(fragments, mode)).toEqual(split([input], mode));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('other tags than <think>', () => {
  const run = (pieces: readonly string[]): string => {
    const splitter = new ThinkTagSplitter('tags');
    const parts = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
    return parts.map(({ kind, text }) => `${kind.charAt(0)}:${text}`).join('|');
  };

  it.each([
    ['<reasoning>', '</reasoning>'],
    ['<thinking>', '</thinking>'],
    ['<thought>', '</thought>'],
    ['[THINK]', '[/THINK]'],
    ['◁think▷', '◁/think▷'],
  ])('%s is reasoning up to its own end', (open, close) => {
    const text = `${open}a </think> b${close}\n\nAnswer`;
    expect(run([text])).toBe('r:a </think> b|t:Answer');
    const letters = run(Array.from(text));
    expect(letters.replace(/\|[rt]:(?=.)/g, '').replace(/r:|t:/g, '')).toContain('a </think> b');
    expect(letters).not.toContain(close);
  });

  it('is text behind other text', () => {
    expect(run(['Use <reasoning>x</reasoning>.'])).toBe('t:Use <reasoning>x</reasoning>.');
  });
});
