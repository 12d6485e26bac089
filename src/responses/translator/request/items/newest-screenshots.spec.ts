import { describe, expect, it } from '@jest/globals';
import type { InputItem } from '../../../../contracts/responses/items.js';
import { translate } from '../../../../../test/support/translate.js';

const shot = (number: number): InputItem[] => [
  { type: 'computer_call', call_id: `c${number}`, actions: [{ type: 'wait' }] },
  {
    type: 'computer_call_output',
    call_id: `c${number}`,
    output: { type: 'computer_screenshot', image_url: `data:image/png;base64,S${number}` },
  },
];
const body = { tools: [{ type: 'computer' }], input: [...shot(2), ...shot(3)] };
const sent = (screenshots: number) => {
  const { chatRequest, warnings } = translate(body, { screenshots }, { history: shot(1) });
  const images = JSON.stringify(chatRequest.messages).match(/base64,S\d/g) ?? [];
  return { images: images.map((image) => image.slice(-1)), warnings, chatRequest };
};

describe('the screenshots that the model sees again', () => {
  it('are all of them, each as an image behind its output', () => {
    expect(sent(0).images).toEqual(['1', '2', '3']);
    expect(sent(3).images).toEqual(['1', '2', '3']);
    expect(sent(0).chatRequest.messages.slice(0, 3)).toMatchObject([
      {
        role: 'assistant',
        tool_calls: [
          { function: { name: 'computer', arguments: '{"actions":[{"type":"wait"}]}' } },
        ],
      },
      { role: 'tool', content: 'Done. The screenshot follows.' },
      { role: 'user', content: [{ type: 'text' }, { type: 'image_url' }] },
    ]);
  });

  it('are the newest that the profile allows; the others are a note, and the client is told', () => {
    const { images, warnings, chatRequest } = sent(1);
    expect(images).toEqual(['3']);
    expect(warnings[0]).toEqual({ code: 'content_part_dropped', param: null });
    expect(JSON.stringify(chatRequest.messages)).toContain('was left out');
  });
});
