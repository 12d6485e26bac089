import { expect, it } from '@jest/globals';
import { convertAnnotations } from './convert-annotations.js';

const url = 'https://a.test';

it.each<[string, unknown, object[]]>([
  [
    'nested, as chat has them',
    [{ type: 'url_citation', url_citation: { url, title: 'A', start_index: 1, end_index: 2 } }],
    [{ type: 'url_citation', url, title: 'A', start_index: 1, end_index: 2 }],
  ],
  [
    'flat, with nothing but a URL',
    [{ type: 'url_citation', url }],
    [{ type: 'url_citation', url, title: '', start_index: 0, end_index: 0 }],
  ],
  ['without a URL', [{ type: 'url_citation', url_citation: { title: 'A' } }], []],
  ['of other kinds, or none', [{ type: 'file' }, 'odd', null], []],
  ['that are no list', { url }, []],
])('reads annotations %s', (_name, annotations, expected) => {
  expect(convertAnnotations(annotations)).toEqual(expected);
});
