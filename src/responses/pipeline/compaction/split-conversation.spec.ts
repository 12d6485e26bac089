import { describe, expect, it } from '@jest/globals';
import { encodeWindow } from '../../translator/compaction-window.js';
import { splitConversation } from './split-conversation.js';

const user = (content: string) => ({ type: 'message', role: 'user', content });
const assistant = { type: 'message', role: 'assistant', content: 'b' };
const developer = { type: 'message', role: 'developer', content: 'd' };
const window = {
  type: 'compaction',
  encrypted_content: encodeWindow({ summary: 's', before: [user('0')], after: [user('1')] }),
};
const bare = { type: 'compaction', encrypted_content: 'a summary' };
const split = (...items: { type: string }[]) => splitConversation(items, (sealed) => sealed);

describe('what a compaction is made of', () => {
  it.each([
    ['one message', [user('a')], [], ['a'], false],
    [
      'what waits is the end',
      [user('a'), assistant, user('b'), developer, user('c')],
      ['a'],
      ['b', 'c'],
      true,
    ],
    ['nothing waits after a call', [user('a'), assistant], ['a'], [], true],
    [
      'a window is what it stands for',
      [user('z'), assistant, window, user('b')],
      ['0', '1'],
      ['b'],
      false,
    ],
    ['a window and more', [window, assistant, user('b')], ['0', '1'], ['b'], true],
    ['a bare summary leaves what is before it', [user('a'), bare, user('b')], ['a'], ['b'], true],
  ])('%s', (_name, items, before, after, isWorthIt) => {
    const found = split(...items);
    expect(found.before.map(({ content }) => content)).toEqual(before);
    expect(found.after.map(({ content }) => content)).toEqual(after);
    expect(found.isWorthIt).toBe(isWorthIt);
  });
});
