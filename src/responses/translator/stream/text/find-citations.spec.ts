import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findCitations } from './find-citations.js';

const sources = new Map([
  ['https://a.test/page', 'Page A'],
  ['https://en.test/wiki/Foo_(bar)', 'Foo'],
  ['https://b.test/', 'B'],
]);
const cited = (text: string): [string, string][] =>
  findCitations(text, sources).map(({ url, start_index: start, end_index: end }) => [
    url,
    text.slice(start, end),
  ]);

describe('citations in a text', () => {
  it.each([
    ['As [A](https://a.test/page) says.', [['https://a.test/page', '[A](https://a.test/page)']]],
    [
      '😀 ([a.test](https://a.test/page)).',
      [['https://a.test/page', '[a.test](https://a.test/page)']],
    ],
    ['See https://a.test/page.', [['https://a.test/page', 'https://a.test/page']]],
    ['(https://a.test/page)', [['https://a.test/page', 'https://a.test/page']]],
    ['**https://b.test**', [['https://b.test/', 'https://b.test']]],
    ['[x](https://a.test/page#part)', [['https://a.test/page', '[x](https://a.test/page#part)']]],
    [
      '[f](https://en.test/wiki/Foo_(bar))[b](https://b.test/)',
      [
        ['https://en.test/wiki/Foo_(bar)', '[f](https://en.test/wiki/Foo_(bar))'],
        ['https://b.test/', '[b](https://b.test/)'],
      ],
    ],
    ['https://a.test/pages and https://c.test/', []],
    ['nothing', []],
  ])('%s', (text, expected) => {
    expect(cited(text)).toEqual(expected);
  });

  it('lie in the text, whatever it is', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      'https://a.test/page',
      'https://b.test',
      ' ',
      '.',
      '😀',
      '](',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        for (const { start_index: start, end_index: end } of findCitations(text, sources)) {
          expect(text.slice(start, end)).toMatch(/https:\/\/(?:a\.test\/page|b\.test)/);
        }
      }),
    );
  });
});
