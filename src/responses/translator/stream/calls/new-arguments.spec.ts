import { describe, expect, it } from '@jest/globals';
import { ToolCallAssembler } from './tool-call-assembler.js';

function assemble(fragments: readonly string[], names: readonly string[] = ['f']) {
  const assembler = new ToolCallAssembler(
    () => ({
      id: undefined as string | undefined,
      name: undefined as string | undefined,
      arguments: '',
      mayBeWhole: false,
      replaced: false,
    }),
    (name) => 'exec_command'.startsWith(name) && name !== 'exec_command',
  );
  fragments.forEach((text, position) => {
    const name = names[position];
    assembler.accept({ index: 0, id: undefined, name, arguments: text, position: 0 });
  });
  return assembler.calls.map(({ name, arguments: text }) => `${name ?? ''} ${text}`);
}

describe('arguments in fragments', () => {
  it.each([
    ['deltas', ['{"a"', ':1', '}'], '{"a":1}'],
    ['everything so far with each fragment', ['{"a"', '{"a": "b"', '{"a": "b"}'], '{"a": "b"}'],
    ['the whole once more', ['{"a":', '1}', '{"a":1}'], '{"a":1}'],
    ['a placeholder first', ['{}', '{"a":1}'], '{"a":1}'],
    ['a nested value that looks like what is there', ['{"a":', '{"a":1}', '}'], '{"a":{"a":1}}'],
    ['equal deltas', ['{"a":"', 'xx', 'xx', '"}'], '{"a":"xxxx"}'],
  ])('%s', (_what, fragments, whole) => {
    expect(assemble(fragments)).toEqual([`f ${whole}`]);
  });

  it('joins a name that comes in pieces, and no other', () => {
    expect(assemble(['', '', '{}'], ['exec', '_command'])).toEqual(['exec_command {}']);
    expect(assemble(['', ''], ['get', 'get'])).toEqual(['get ']);
  });
});
