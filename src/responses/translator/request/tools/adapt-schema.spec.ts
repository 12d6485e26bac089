import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../../test/support/translate.js';
import { adaptSchema } from './adapt-schema.js';

const inlined = (schema: Record<string, unknown>) =>
  adaptSchema(schema, { dialect: 'inlined', param: 'tools' });
const gemini = (schema: Record<string, unknown>) =>
  adaptSchema(schema, { dialect: 'gemini', param: 'tools' });

const withReferences = {
  type: 'object',
  properties: {
    home: { $ref: '#/$defs/address', description: 'Where' },
    work: { anyOf: [{ $ref: '#/$defs/address' }, { type: 'null' }] },
  },
  $defs: {
    address: { type: 'object', properties: { city: { $ref: '#/$defs/city' } } },
    city: { type: 'string' },
  },
};
const address = { type: 'object', properties: { city: { type: 'string' } } };

describe('adaptSchema', () => {
  it('full leaves it as it is', () => {
    const { schema } = adaptSchema(withReferences, { dialect: 'full', param: null });
    expect(schema).toBe(withReferences);
  });

  it('inlines references, definitions gone', () => {
    expect(inlined(withReferences)).toEqual({
      schema: {
        type: 'object',
        properties: {
          home: { ...address, description: 'Where' },
          work: { anyOf: [address, { type: 'null' }] },
        },
      },
      dropped: [],
    });
  });

  it.each([
    ['a schema that contains itself', { properties: { next: { $ref: '#' } } }],
    ['a reference to nowhere', { properties: { next: { $ref: '#/$defs/none' } } }],
    ['a reference to the outside', { properties: { next: { $ref: 'https://example.com/s' } } }],
    ['a reference to no schema', { properties: { next: { $ref: '#/title' } }, title: 'x' }],
    ['a reference to a prototype', { properties: { next: { $ref: '#/constructor' } } }],
  ])('%s ends as any value, and says so', (_name, schema) => {
    const { schema: adapted, dropped } = inlined(schema);
    expect(JSON.stringify(adapted)).not.toContain('$ref');
    expect(dropped).toEqual(['$ref']);
  });

  it('refuses what grows without end', () => {
    const $defs: Record<string, unknown> = { d0: { type: 'string' } };
    for (let level = 1; level <= 40; level++) {
      const $ref = `#/$defs/d${level - 1}`;
      $defs[`d${level}`] = { properties: { a: { $ref }, b: { $ref } } };
    }
    expect(() => inlined({ $ref: '#/$defs/d40', $defs })).toThrow('too large');
  });

  it.each([
    [{ type: ['string', 'null'] }, { type: 'string', nullable: true }, []],
    [{ type: ['string', 'number'] }, { anyOf: [{ type: 'string' }, { type: 'number' }] }, []],
    [{ const: 'a' }, { enum: ['a'] }, []],
    [{ oneOf: [{ type: 'string', format: 'uri' }] }, { anyOf: [{ type: 'string' }] }, ['format']],
    [{ type: 'string', format: 'date-time' }, { type: 'string', format: 'date-time' }, []],
    [{ type: 'object', additionalProperties: false, title: 'T' }, { type: 'object' }, []],
    [
      { type: 'object', additionalProperties: { type: 'string' } },
      { type: 'object' },
      ['additionalProperties'],
    ],
    [
      { type: 'number', exclusiveMinimum: 1, multipleOf: 2 },
      { type: 'number' },
      ['exclusiveMinimum', 'multipleOf'],
    ],
    [
      { properties: { const: { type: 'string' }, title: { type: 'string' } } },
      { properties: { const: { type: 'string' }, title: { type: 'string' } } },
      [],
    ],
  ])('Gemini: %j', (schema, expected, dropped) => {
    expect(gemini(schema)).toEqual({ schema: expected, dropped });
  });
});

describe('schemas on their way out', () => {
  const parameters = { anyOf: [{ properties: { a: { type: 'string', format: 'uri' } } }] };

  it('tools have an object at the root, and warn of what was left out', () => {
    const tools = [{ type: 'function' as const, name: 'f', parameters }];
    expect(translate({ input: 'Hi', tools }).chatRequest.tools?.[0]?.function?.parameters).toEqual({
      ...parameters,
      type: 'object',
    });
    const adapted = translate({ input: 'Hi', tools }, { schemaDialect: 'gemini' });
    expect(adapted.warnings).toEqual([{ code: 'schema_simplified', param: 'tools' }]);
  });

  it('text.format is adapted, its root untouched', () => {
    const schema = {
      type: 'array',
      items: { $ref: '#/$defs/a' },
      $defs: { a: { type: 'string' } },
    };
    const format = { type: 'json_schema' as const, name: 'n', schema };
    const { chatRequest } = translate(
      { input: 'Hi', text: { format } },
      { schemaDialect: 'inlined' },
    );
    expect(chatRequest.response_format).toMatchObject({
      json_schema: { schema: { type: 'array', items: { type: 'string' } } },
    });
  });
});

describe('the order and the signatures of messages', () => {
  const input = [
    { type: 'message', role: 'user', content: 'Time?' },
    { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
    { type: 'function_call', call_id: 'b', name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: 'a', output: '1' },
    { type: 'function_call_output', call_id: 'b', output: '2' },
    { type: 'message', role: 'user', content: 'And?' },
  ];

  it('Mistral: an assistant message stands between tool and user', () => {
    const { chatRequest } = translate({ input }, { assistantAfterTool: true });
    expect(chatRequest.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'tool',
      'assistant',
      'user',
    ]);
  });

  it('Gemini: the first call of a turn carries a thought signature', () => {
    const { chatRequest } = translate({ input }, { thoughtSignatures: true });
    const calls = chatRequest.messages.flatMap((m) =>
      'tool_calls' in m ? (m.tool_calls ?? []) : [],
    );
    expect(calls.map((call) => call.extra_content?.google.thought_signature)).toEqual([
      'skip_thought_signature_validator',
      undefined,
    ]);
  });
});
