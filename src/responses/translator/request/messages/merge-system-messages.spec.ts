import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../../test/support/translate.js';

const PNG = 'data:image/png;base64,AAAA';
const system = (content: unknown) => ({ role: 'system', content });
const developer = (content: unknown) => ({ role: 'developer', content });
const user = { role: 'user', content: 'x' };

describe('system and developer messages', () => {
  it('joins the leading ones: instructions, messages, history, input', () => {
    const { chatRequest, warnings } = translate(
      { instructions: 'i', messages: [system('m')], input: [developer('d'), user] },
      {},
      { history: [{ type: 'message', role: 'developer', content: 'h' }] },
    );
    expect(chatRequest.messages).toEqual([{ role: 'system', content: 'i\n\nm\n\nh\n\nd' }, user]);
    expect(warnings).toEqual([{ code: 'system_messages_merged', param: 'messages[0]' }]);
  });

  it.each([
    ['instructions alone', { instructions: 'i', input: 'x' }, 'i'],
    ['empty instructions', { instructions: '', input: [system('s'), user] }, 's'],
    [
      'parts',
      {
        input: [
          system([
            { type: 'input_text', text: 'a' },
            { type: 'text', text: 'b' },
          ]),
          user,
        ],
      },
      'a\nb',
    ],
  ])('says nothing of one: %s', (_name, body, content) => {
    const { chatRequest, warnings } = translate(body);
    expect(chatRequest.messages).toEqual([{ role: 'system', content }, user]);
    expect(warnings).toEqual([]);
  });

  it('keeps them apart, with the roles of the dialect', () => {
    const input = [developer('d'), user, developer('late')];
    const dialect = {
      leadingSystem: 'separate',
      lateSystem: 'system',
      developerRole: 'developer',
    } as const;
    const { chatRequest, warnings } = translate({ instructions: 'i', input }, dialect);
    expect(chatRequest.messages).toEqual([
      { role: 'system', content: 'i' },
      { role: 'developer', content: 'd' },
      user,
      { role: 'developer', content: 'late' },
    ]);
    expect(warnings).toEqual([]);
  });

  it('keeps the developer role when only developers spoke', () => {
    const input = [developer('a'), developer('b'), user];
    const { messages } = translate({ input }, { developerRole: 'developer' }).chatRequest;
    expect(messages[0]).toEqual({ role: 'developer', content: 'a\n\nb' });
  });

  it('leaves a late one in its place, as a marked user message', () => {
    const { chatRequest, warnings } = translate({ input: [user, system('s'), user] });
    expect(chatRequest.messages).toEqual([
      user,
      { role: 'user', content: '<system_message>\ns\n</system_message>' },
      user,
    ]);
    expect(warnings).toEqual([{ code: 'late_system_message_mapped', param: 'input[1]' }]);
  });

  it('makes a user message of one with an image', () => {
    const image = { type: 'input_image', image_url: PNG };
    const { chatRequest, warnings } = translate({
      input: [developer([{ type: 'input_text', text: 'look' }, image]), user],
    });
    expect(chatRequest.messages[0]).toEqual({
      role: 'user',
      content: [
        { type: 'text', text: 'look' },
        { type: 'image_url', image_url: { url: PNG } },
      ],
    });
    expect(warnings).toEqual([{ code: 'system_message_mapped', param: 'input[0]' }]);
  });
});
