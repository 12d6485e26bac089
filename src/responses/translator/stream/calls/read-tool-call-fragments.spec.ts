import { expect, it } from '@jest/globals';
import { readToolCallFragments } from './read-tool-call-fragments.js';

const read = (delta: Record<string, unknown>) =>
  readToolCallFragments(delta).map(({ index, id, name, arguments: text, isText }) =>
    [index, id, name, text, isText === true ? 'text' : 'json'].join(' '),
  );

const call = { index: 2, id: 'c', function: { name: 'f', arguments: '{"a":1}' } };
const written = '2 c f {"a":1} json';

it.each<[string, Record<string, unknown>, string[]]>([
  ['a list', { tool_calls: [call] }, [written]],
  ['one entry alone', { tool_calls: call }, [written]],
  ['one flat entry alone', { tool_calls: { name: 'f', arguments: '{}' } }, ['  f {} json']],
  ['an object of indexes', { tool_calls: { 0: call, 1: call } }, [written, written]],
  [
    'arguments as an object',
    { tool_calls: [{ ...call, function: { name: 'f', arguments: { a: 1 } } }] },
    [written],
  ],
  [
    'arguments that are neither',
    { tool_calls: [{ ...call, function: { name: 'f', arguments: 7 } }] },
    ['2 c f  json'],
  ],
  ['an id that is a number', { tool_calls: [{ ...call, id: 7 }] }, ['2 7 f {"a":1} json']],
  [
    'a custom call',
    { tool_calls: [{ index: 0, id: 'c', type: 'custom', custom: { name: 'p', input: 'x' } }] },
    ['0 c p x text'],
  ],
  [
    'a custom call without its input',
    { tool_calls: [{ index: 0, id: 'c', custom: { name: 'p' } }] },
    ['0 c p  text'],
  ],
  ['the legacy field', { function_call: { name: 'f', arguments: '{}' } }, ['0  f {} json']],
  ['an empty legacy field', { function_call: {} }, []],
  ['entries that tell nothing', { tool_calls: [{ index: 0 }, null, 'x', { id: '' }] }, []],
  ['nothing', {}, []],
])('reads %s', (_name, delta, fragments) => {
  expect(read(delta)).toEqual(fragments);
});

it('cuts a name and an id that are longer than any real one', () => {
  const long = 'x'.repeat(1_000);
  const [fragment] = readToolCallFragments({
    tool_calls: [{ id: long, function: { name: long } }],
  });
  expect([fragment?.id?.length, fragment?.name?.length]).toEqual([256, 256]);
});
