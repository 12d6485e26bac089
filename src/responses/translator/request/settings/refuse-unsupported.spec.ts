import { describe, expect, it } from '@jest/globals';
import { refusal, translate } from '../../../../../test/support/translate.js';

describe('what is not supported', () => {
  it.each([
    [{ background: true }, 'background', 'unsupported_parameter'],
    [{ prompt: { id: 'p' } }, 'prompt', 'unsupported_parameter'],
    [{ conversation: 'conv_1' }, 'conversation', 'unsupported_parameter'],
    [{ previous_response_id: 'resp_1' }, 'previous_response_id', 'previous_response_not_found'],
  ])('%j is a 400', (body, param, code) => {
    expect(refusal(() => translate({ input: 'x', ...body }))).toEqual({ status: 400, code, param });
  });

  it('passes null, false, and what the history answers', () => {
    const nothing = {
      background: false,
      prompt: null,
      conversation: null,
      previous_response_id: null,
    };
    expect(translate({ input: 'x', ...nothing }).warnings).toEqual([]);
    const resolved = { conversation: { id: 'c' }, previous_response_id: 'resp_1' };
    expect(translate({ input: 'x', ...resolved }, {}, { history: [] }).warnings).toEqual([]);
  });
});
