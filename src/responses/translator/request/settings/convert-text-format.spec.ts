import { describe, expect, it } from '@jest/globals';
import { refusal, translate } from '../../../../../test/support/translate.js';

const schema = { type: 'object', properties: { a: { type: 'string' } } };
const flat = { type: 'json_schema', name: 'n', schema, strict: true, description: 'd' } as const;
const nested = { name: 'n', description: 'd', schema, strict: true };
const inWords = `Answer with one JSON value that matches this JSON schema, and nothing else:\n${JSON.stringify(schema)}`;

describe('text.format', () => {
  it.each([
    ['nothing', {}, undefined],
    ['text', { text: { format: { type: 'text' } } }, undefined],
    ['null', { text: { format: null } }, undefined],
    ['json_object', { text: { format: { type: 'json_object' } } }, { type: 'json_object' }],
    ['json_schema', { text: { format: flat } }, { type: 'json_schema', json_schema: nested }],
    [
      'json_schema with nulls',
      { text: { format: { ...flat, strict: null, description: null } } },
      { type: 'json_schema', json_schema: { name: 'n', schema } },
    ],
    [
      'response_format, nested',
      { response_format: { type: 'json_schema', json_schema: nested } },
      { type: 'json_schema', json_schema: nested },
    ],
    [
      'response_format, flat',
      { response_format: flat },
      { type: 'json_schema', json_schema: nested },
    ],
    [
      'response_format, bare',
      { response_format: { type: 'json_schema' } },
      { type: 'json_schema', json_schema: { name: 'response', schema: {} } },
    ],
    [
      'text.format wins',
      { text: { format: { type: 'json_object' } }, response_format: flat },
      { type: 'json_object' },
    ],
  ])('%s', (_name, body, expected) => {
    const { chatRequest, warnings } = translate({ input: 'x', ...body });
    expect(chatRequest.response_format).toEqual(expected);
    expect(chatRequest.messages).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['json_object', flat, { type: 'json_object' }, inWords],
    ['prompt', flat, undefined, inWords],
    ['prompt', { type: 'json_object' }, undefined, 'Answer with one JSON object and nothing else.'],
  ] as const)('falls back to what a %s backend has', (responseFormat, format, sent, prompt) => {
    const { chatRequest, warnings } = translate(
      { input: 'x', instructions: 'i', text: { format } },
      { responseFormat },
    );
    expect(chatRequest.response_format).toEqual(sent);
    expect(chatRequest.messages[0]).toEqual({ role: 'system', content: `i\n\n${prompt}` });
    expect(warnings).toEqual([{ code: 'field_mapped', param: 'text.format' }]);
  });

  it('asks a backend that knows schemas alone for any object', () => {
    const { chatRequest, warnings } = translate(
      { input: 'x', text: { format: { type: 'json_object' } } },
      { responseFormat: 'json_schema_only' },
    );
    expect(chatRequest.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'object', schema: { type: 'object' } },
    });
    expect(warnings).toEqual([]);
    const withSchema = { input: 'x', text: { format: flat } };
    expect(translate(withSchema, { responseFormat: 'json_schema_only' }).chatRequest).toEqual(
      translate(withSchema).chatRequest,
    );
  });

  it('tells a bare schema in words too', () => {
    const { chatRequest } = translate(
      { input: 'x', response_format: { type: 'json_schema' } },
      { responseFormat: 'prompt' },
    );
    expect(chatRequest.messages[0]!.content).toMatch(/\{\}$/);
  });

  it.each([
    [{ text: { format: { type: 'grammar' } } }, 'text.format.type'],
    [{ response_format: { type: 'grammar' } }, 'response_format.type'],
  ])('refuses %j', (body, param) => {
    expect(refusal(() => translate({ input: 'x', ...body }))).toMatchObject({ param });
  });
});
