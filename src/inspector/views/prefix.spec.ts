import { describe, expect, it } from '@jest/globals';
import { RecordedRequest } from '../recording/recorded-request.js';
import { prefixTurns } from './prefix.js';

const say = (...contents: string[]) => contents.map((content) => ({ role: 'user', content }));

function turn(id: string, conversation: string, request: object): RecordedRequest {
  const session = { key: conversation, backend: 'backend' };
  const recorded = new RecordedRequest(id, { requestId: id, startedAt: 0, session }, 0, 1e6);
  recorded.addCall({
    backend: 'backend',
    model: 'm',
    request: { model: 'm', ...request } as never,
    trace: undefined,
    dialect: () => [],
  });
  return recorded;
}

describe('the prefix view', () => {
  it('shows the turns of one conversation, and none that only goes on as a break', () => {
    const all = [
      turn('1', 'a', { messages: say('Hi') }),
      turn('2', 'b', { messages: say('Hi') }),
      turn('3', 'a', { messages: say('Hi', 'there') }),
    ];
    const turns = prefixTurns(all[2]!, all);
    expect(turns.map(({ id }) => id)).toEqual(['1', '3']);
    expect(turns.map((each) => each.break)).toEqual([undefined, null]);
  });

  it('shows where the messages first differ, and how much is the same', () => {
    const all = [
      turn('1', 'a', { messages: say('It is 9:15.', 'Hi') }),
      turn('2', 'a', { messages: say('It is 9:16.', 'Hi', 'there') }),
    ];
    const [, second] = prefixTurns(all[0]!, all);
    expect(second!.break).toMatchObject({ path: 'messages[0]' });
    expect(second!.break!.before).toContain('9:15');
    expect(second!.break!.after).toContain('9:16');
    expect(second!.break!.sameShare).toBeGreaterThan(0.1);
    expect(second!.break!.sameShare).toBeLessThan(0.7);
  });

  it.each([
    ['tools', { tools: [{ type: 'function', function: { name: 'a' } }] }],
    ['model', { model: 'other' }],
    ['messages[0]', { messages: [] }],
  ])('shows that %s differs', (path, change) => {
    const messages = say('Hi');
    const all = [turn('1', 'a', { messages }), turn('2', 'a', { messages, ...change })];
    expect(prefixTurns(all[0]!, all)[1]!.break).toMatchObject({ path });
  });

  it('shows that the instructions of a backend of Responses differ, which stand beside the items', () => {
    const input = say('Hi');
    const all = ['It is 9:15.', 'It is 9:16.'].map((instructions, at) =>
      turn(String(at), 'a', { input, instructions }),
    );
    expect(prefixTurns(all[0]!, all)[1]!.break).toMatchObject({ path: 'instructions' });
  });
});
