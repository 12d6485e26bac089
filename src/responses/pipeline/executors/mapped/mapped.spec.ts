import { describe, expect, it } from '@jest/globals';
import { attributesOf, passes } from './attribute-filter.js';
import { fillArguments } from './fill-arguments.js';
import { resultsInText } from './results-in-text.js';

describe('arguments that an operator wrote', () => {
  const values = { query: 'moon', filters: { type: 'eq', key: null }, list: ['a', 'b'] };
  it.each([
    [{ q: '$query' }, { q: 'moon' }],
    [
      { q: '$$query', n: 5, on: true },
      { q: '$query', n: 5, on: true },
    ],
    [
      { deep: { all: ['$list', '$list.1', '$missing', 'x$query'] } },
      { deep: { all: [['a', 'b'], 'b', 'x$query'] } },
    ],
    [{ type: '$filters.type', key: '$filters.key', none: '$filters.x.y' }, { type: 'eq' }],
    [{ own: '$query.length', proto: '$filters.__proto__', to: '$filters.toString' }, {}],
  ])('%j', (template, filled) => {
    expect(fillArguments(template, values)).toEqual(filled);
  });
});

describe('results that were told in words', () => {
  it.each<[string, [string | undefined, string][]]>([
    ['', []],
    ['It is grey.', [[undefined, '']]],
    ['Here:\n\n1. **Moon** https://a.test/x.\ngrey', [['https://a.test/x', 'Moon']]],
    [
      '# Title: Moon\nURL: https://a.test/\n\nmore\n\nhttps://b.test',
      [
        ['https://a.test/', 'Moon'],
        ['https://b.test', 'https://b.test'],
      ],
    ],
    ['[Moon](https://a.test/(x))', [['https://a.test/', 'Moon x']]],
  ])('%j', (text, found) => {
    const results = resultsInText(text);
    expect(results.map(({ url, title }) => [url, title])).toEqual(found);
    for (const word of text.split(/\s+/))
      expect(results.map(({ snippet }) => snippet).join(' ')).toContain(word);
  });
});

describe('filters of file_search', () => {
  const file = { team: 'a', year: 2026, open: true };
  it.each([
    [null, true],
    [{ type: 'eq', key: 'team', value: 'a' }, true],
    [{ type: 'ne', key: 'team', value: 'a' }, false],
    [{ type: 'gte', key: 'year', value: 2026 }, true],
    [{ type: 'gt', key: 'year', value: '2020' }, false],
    [{ type: 'lt', key: 'missing', value: 3 }, false],
    [{ type: 'eq', key: 'missing', value: null }, false],
    [{ type: 'eq', key: 'constructor', value: 'a' }, false],
    [{ type: 'nin', key: 'team', value: ['b'] }, true],
    [
      {
        type: 'and',
        filters: [
          { type: 'eq', key: 'open', value: true },
          { type: 'in', key: 'team', value: ['b'] },
        ],
      },
      false,
    ],
    [{ type: 'and' }, false],
    [{}, false],
    ['eq', false],
  ])('%j', (filter, isIn) => {
    expect(passes(file, filter)).toBe(isIn);
  });

  it('attributes are plain values', () => {
    expect(attributesOf({ a: 1, b: { c: 2 }, d: null, e: false })).toEqual({ a: 1, e: false });
    expect(attributesOf('x')).toBeUndefined();
  });
});
