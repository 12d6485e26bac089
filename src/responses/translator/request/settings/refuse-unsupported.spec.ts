import { describe, expect, it } from '@jest/globals';
import { refusal, translate } from '../../../../../test/support/translate.js';

describe('what is not supported', () => {
  it('is a 400 that names the field', () => {
    const error = refusal(() => translate({ input: 'x', prompt: { id: 'p' } }));
    expect(error).toEqual({ status: 400, code: 'unsupported_parameter', param: 'prompt' });
  });

  it('passes null', () => {
    expect(translate({ input: 'x', prompt: null }).warnings).toEqual([]);
  });
});
