import { describe, expect, it } from '@jest/globals';
import { ThoughtKeys, thoughtsToFind } from './thought-keys.js';

const user = (content: unknown) => ({ type: 'message', role: 'user', content });
const call = (call_id: string) => ({ type: 'function_call', call_id, name: 'f', arguments: '{}' });
const output = (call_id: string) => ({ type: 'function_call_output', call_id, output: 'o' });
const thought = { type: 'reasoning', summary: [{ type: 'summary_text', text: 'r' }] };
const sealed = { type: 'reasoning', summary: [], encrypted_content: 'x' };
const drawn = 'call_9hFgQ2LmZp7sX1';

function keyAfter(said: string, callId: string): string {
  const keys = new ThoughtKeys();
  keys.note(user(said));
  return keys.of(callId);
}

describe('by what a thought is remembered', () => {
  it.each([drawn, 'chatcmpl-tool-0af31b6c', 'toolu_01A09q90qw90lq917835lq9', 'D681PevKs'])(
    '%s is drawn: it is found wherever it stands',
    (callId) => {
      expect(keyAfter('a', callId)).toBe(keyAfter('b', callId));
    },
  );

  it.each(['functions.exec_command:0', 'call_0', 'get_weather_12', 'call_abc123', 'terminal:0'])(
    '%s is counted: it is found behind the same words of the user alone',
    (callId) => {
      expect(keyAfter('a', callId)).toBe(keyAfter('a', callId));
      expect(keyAfter('a', callId)).not.toBe(keyAfter('b', callId));
    },
  );

  it('a text is the same as its parts, as it comes back out of the store', () => {
    const keys = new ThoughtKeys();
    keys.note(user([{ type: 'input_text', text: 'a' }]));
    expect(keys.of('call_0')).toBe(keyAfter('a', 'call_0'));
  });
});

describe('which calls have to be found', () => {
  const find = (input: object[], isOpaque = false) =>
    thoughtsToFind({ input: input as never }, [], isOpaque).wanted;
  const key = JSON.stringify([drawn]);

  it.each<[string, object[], boolean, readonly string[]]>([
    ['a call without a thought', [user('a'), call(drawn), output(drawn)], false, [key]],
    ['none where the client gave it back', [user('a'), thought, call(drawn)], false, []],
    ['one whose maker wants his own record', [user('a'), thought, call(drawn)], true, [key]],
    ['one behind what somebody sealed', [user('a'), sealed, call(drawn)], false, [key]],
    ['one of the next round', [thought, call('x'), output('x'), call(drawn)], false, [key]],
    ['no output', [output(drawn)], false, []],
    [
      'one in a chat message',
      [{ role: 'assistant', content: '', tool_calls: [{ id: drawn }] }],
      false,
      [key],
    ],
  ])('%s', (_name, input, isOpaque, wanted) => {
    expect(find(input, isOpaque)).toEqual(wanted);
  });

  it('of very many the newest', () => {
    const calls = Array.from({ length: 600 }, (_, index) => call(`${drawn}${index}`));
    const wanted = find(calls);
    expect(wanted).toHaveLength(500);
    expect(wanted.at(-1)).toBe(JSON.stringify([`${drawn}599`]));
  });
});
