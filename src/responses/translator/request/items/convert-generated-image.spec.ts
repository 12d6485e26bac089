import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../../test/support/translate.js';

const told = (item: Record<string, unknown>) => {
  const asked = { role: 'user', content: 'Draw.' };
  const { chatRequest, warnings } = translate({
    input: [asked, { type: 'image_generation_call', id: 'ig_1', status: 'completed', ...item }],
  });
  return { shown: JSON.stringify(chatRequest.messages), warnings };
};

describe('an image that was made earlier', () => {
  it.each([
    ['of its own type', 'iVBORw0KGgo=', 'data:image/png;base64,iVBORw0KGgo='],
    ['of a type that cannot be told', 'AAAA', 'data:image/png;base64,AAAA'],
    ['as a data URL', 'data:image/webp;base64,AAAA', 'data:image/webp;base64,AAAA'],
  ])('is shown by the user: %s', (_name, result, url) => {
    const { shown, warnings } = told({ result });
    expect(shown).toContain(url);
    expect(shown).toContain('The image that you made:');
    expect(warnings).toEqual([]);
  });

  it('is left out with a warning without its result', () => {
    const { shown, warnings } = told({ result: null });
    expect(shown).not.toContain('image_url');
    expect(warnings).toEqual([{ code: 'item_skipped', param: 'input[1]' }]);
  });
});
