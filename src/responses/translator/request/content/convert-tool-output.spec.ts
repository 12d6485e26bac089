import { describe, expect, it } from '@jest/globals';
import { refusal, translate } from '../../../../../test/support/translate.js';

const PNG = 'data:image/png;base64,AAAA';
const call = (call_id: string) => ({ type: 'function_call', call_id, name: 'f', arguments: '{}' });
const answer = (call_id: string, output: unknown) => ({
  type: 'function_call_output',
  call_id,
  output,
});
const input = (output: unknown) => [
  { role: 'user', content: 'x' },
  call('c1'),
  answer('c1', output),
];
const envelope = { output: 'total 4\n', metadata: { exit_code: 0 } };

describe('output of a tool', () => {
  it.each([
    ['text', '2', '2'],
    ['null', null, ''],
    ['absent', undefined, ''],
    ['number', 7, '7'],
    ['Codex envelope as text', JSON.stringify(envelope), 'total 4\n'],
    ['Codex envelope as object', envelope, 'total 4\n'],
    ['envelope of JSON', { output: { a: 1 } }, '{"a":1}'],
    ['envelope of null', { output: null }, ''],
    ['a result with an output of its own', '{"output":"x","more":1}', '{"output":"x","more":1}'],
    ['JSON text', '{"rows":[1,2,3]}', '{"rows":[1,2,3]}'],
    ['text that only looks like JSON', '{"output" no', '{"output" no'],
    ['object', { structured: true }, '{"structured":true}'],
    ['array of anything', [1, { type: 'circle' }], '[1,{"type":"circle"}]'],
    ['no part', [], ''],
    [
      'text parts',
      [
        { type: 'input_text', text: 'a' },
        { type: 'output_text', text: 'b' },
      ],
      'a\nb',
    ],
  ])('%s', (_name, output, expected) => {
    const { chatRequest, warnings } = translate({ input: input(output) });
    expect(chatRequest.messages[2]).toEqual({
      role: 'tool',
      tool_call_id: 'c1',
      name: 'f',
      content: expected,
    });
    expect(warnings).toEqual([]);
  });

  it('sends images in one user message after the whole round, labelled', () => {
    const { chatRequest, warnings } = translate({
      input: [
        { role: 'user', content: 'x' },
        call('c1'),
        call('c2'),
        call('c3'),
        answer('c1', [{ type: 'input_image', image_url: PNG }]),
        answer('c2', [
          { type: 'input_text', text: 'seen' },
          { type: 'input_image', image_url: PNG },
        ]),
        answer('c3', 'plain'),
        { role: 'assistant', content: 'ok' },
      ],
    });
    const image = { type: 'image_url', image_url: { url: PNG } };
    expect(chatRequest.messages.slice(2)).toEqual([
      {
        role: 'tool',
        tool_call_id: 'c1',
        name: 'f',
        content: 'The output is attached to the next user message.',
      },
      { role: 'tool', tool_call_id: 'c2', name: 'f', content: 'seen' },
      { role: 'tool', tool_call_id: 'c3', name: 'f', content: 'plain' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Output of c1:' },
          image,
          { type: 'text', text: 'Output of c2:' },
          image,
        ],
      },
      { role: 'assistant', content: 'ok' },
    ]);
    expect(warnings).toEqual([
      { code: 'content_part_mapped', param: 'input[4].output' },
      { code: 'content_part_mapped', param: 'input[5].output' },
    ]);
  });

  it('sends images of the tool-role form the same way', () => {
    const { chatRequest } = translate({
      input: [
        call('c1'),
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'input_image', image_url: PNG }] },
      ],
    });
    expect(chatRequest.messages[2]).toMatchObject({ role: 'user' });
  });

  it('drops reasoning in an output with a warning, in both forms', () => {
    const parts = [
      { type: 'reasoning', text: 'r' },
      { type: 'text', text: 'a' },
    ];
    const inItem = translate({ input: input(parts) });
    expect(inItem.chatRequest.messages[2]).toMatchObject({ content: 'a' });
    expect(inItem.warnings).toEqual([{ code: 'reasoning_dropped', param: 'input[2].output' }]);
    const inMessage = translate({
      input: [call('c1'), { role: 'tool', tool_call_id: 'c1', content: parts }],
    });
    expect(inMessage.chatRequest.messages[1]).toMatchObject({ content: 'a' });
    expect(inMessage.warnings).toEqual([{ code: 'reasoning_dropped', param: 'input[1]' }]);
  });

  it('never sends base64 as text, and names the part that it cannot send', () => {
    const image = [{ type: 'input_image', image_url: PNG }];
    const blind = translate({ input: input(image) }, { images: 'none' });
    expect(JSON.stringify(blind.chatRequest)).not.toContain('AAAA');
    expect(
      refusal(() => translate({ input: input([{ type: 'input_file', file_id: 'f' }]) })),
    ).toMatchObject({ param: 'input[2].output[0].file_id' });
  });
});
