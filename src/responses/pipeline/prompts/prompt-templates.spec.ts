import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../common/api-error.js';
import { readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import { parseTemplateText, toPromptTemplate, type PromptLibrary } from './prompt-template.js';
import { PromptTemplates } from './prompt-templates.service.js';

const settings = toSettings(readEnvironment({ MAX_INPUT_BYTES: '2000' }));
const greet = toPromptTemplate(parseTemplateText('Speak {{language}}.'), [
  { role: 'user', content: parseTemplateText('Look: {{ photo }}{{note}}!') },
]);
const library: PromptLibrary = new Map([
  [
    'greet',
    new Map([
      ['1', toPromptTemplate(parseTemplateText('Hello.'), [])],
      ['2', greet],
    ]),
  ],
  ['long', new Map([['1', toPromptTemplate(parseTemplateText('{{x}}'.repeat(100)), [])]])],
]);
const image = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' };
const variables = { language: 'Norwegian', photo: image, note: '{{language}} $& {{' };

function expand(prompt: unknown, more: object = {}, from = library): CreateResponseBody {
  const request = { model: 'demo', prompt, ...more } as CreateResponseBody;
  return new PromptTemplates(from, settings).expand(request);
}

function refusal(prompt: unknown): Partial<ApiError> {
  try {
    expand(prompt);
  } catch (error) {
    const { status, code, param, message } = error as ApiError;
    return { status, code, param, message };
  }
  throw new Error('The request was not refused.');
}

describe('a prompt template', () => {
  it('that a hook names is written as well, and none twice', () => {
    const templates = new PromptTemplates(library, settings);
    const named = expand({ id: 'greet', variables });
    expect(templates.expand({ ...named }, named)).toEqual(named);
    const plain = { model: 'demo', input: 'x' } as CreateResponseBody;
    const hooked = { ...plain, prompt: { id: 'greet', version: '1' } };
    expect(templates.expand(hooked, plain).instructions).toBe('Hello.');
  });

  it('gives instructions and the first messages, with each value in its place as it is', () => {
    const expanded = expand({ id: 'greet', variables }, { messages: ['own'], input: 'x' });
    expect(expanded).toEqual({
      model: 'demo',
      prompt: { id: 'greet', version: '2', variables },
      instructions: 'Speak Norwegian.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look: ' },
            image,
            { type: 'input_text', text: '{{language}} $& {{' },
            { type: 'input_text', text: '!' },
          ],
        },
        'own',
      ],
      input: 'x',
    });
  });

  it('takes input_text as text, an older version by its name, and gives way to own instructions', () => {
    const text = { type: 'input_text', text: 'T' };
    const { messages } = expand({
      id: 'greet',
      variables: { ...variables, photo: text, note: '' },
    });
    expect(messages).toEqual([{ role: 'user', content: 'Look: T!' }]);
    expect(expand({ id: 'greet', version: '1' }).instructions).toBe('Hello.');
    const own = expand({ id: 'greet', version: '1' }, { instructions: 'Mine.' });
    expect(own.instructions).toBe('Mine.');
  });

  it('is nothing for a request without one', () => {
    const request: CreateResponseBody = { model: 'demo', prompt: null, input: 'x' };
    expect(new PromptTemplates(library, settings).expand(request)).toBe(request);
    expect(new PromptTemplates(undefined, settings).expand(request)).toBe(request);
  });

  it('is refused without a library, whatever it is', () => {
    const none = new PromptTemplates(undefined, settings);
    const request = { model: 'demo', prompt: { id: 'greet' } };
    expect(() => none.expand(request)).toThrow(
      expect.objectContaining({ status: 400, code: 'unsupported_parameter', param: 'prompt' }),
    );
  });

  it.each([
    ['greet', 'invalid_type', 'prompt'],
    [{}, 'missing_required_parameter', 'prompt.id'],
    [{ id: 7 }, 'invalid_type', 'prompt.id'],
    [{ id: 'greet', version: 2 }, 'invalid_type', 'prompt.version'],
    [{ id: 'greet', verson: '2' }, 'invalid_value', 'prompt.verson'],
    [{ id: 'greet', variables: [] }, 'invalid_type', 'prompt.variables'],
    [{ id: 'greet' }, 'missing_required_parameter', 'prompt.variables.language'],
    [
      { id: 'greet', variables: { ...variables, extra: 'x' } },
      'invalid_value',
      'prompt.variables.extra',
    ],
    [
      { id: 'greet', variables: { ...variables, note: 1 } },
      'invalid_type',
      'prompt.variables.note',
    ],
    [
      { id: 'greet', variables: { ...variables, language: image } },
      'invalid_type',
      'prompt.variables.language',
    ],
    [
      { id: 'greet', variables: { ...variables, photo: { type: 'refusal' } } },
      'invalid_value',
      'prompt.variables.photo.type',
    ],
    [
      { id: 'greet', variables: { ...variables, photo: { ...image, image_url: 7 } } },
      'invalid_type',
      'prompt.variables.photo.image_url',
    ],
  ])('refuses %j', (prompt, code, param) => {
    expect(refusal(prompt)).toMatchObject({ status: 400, code, param });
  });

  it.each(['../greet', 'greet/1', '__proto__', 'constructor', '.', ''])(
    'has the id %j not, and says which there are',
    (id) => {
      const error = refusal({ id });
      expect(error).toMatchObject({ status: 404, code: 'not_found', param: 'prompt.id' });
      expect(error.message).toContain("There are: 'greet', 'long'.");
    },
  );

  it('says which versions there are', () => {
    const error = refusal({ id: 'greet', version: '../2' });
    expect(error).toMatchObject({ status: 404, code: 'not_found', param: 'prompt.version' });
    expect(error.message).toContain("There are: '1', '2'.");
  });

  it('does not grow beyond the limit of the input', () => {
    const error = refusal({ id: 'long', variables: { x: 'x'.repeat(21) } });
    expect(error).toMatchObject({ status: 413, param: 'prompt.variables' });
    const { instructions } = expand({ id: 'long', variables: { x: 'x'.repeat(20) } });
    expect(instructions).toHaveLength(2000);
  });
});
