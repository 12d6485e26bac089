import { describe, expect, it } from '@jest/globals';
import { adaptParameters } from './adapt-parameters.js';
import { adaptSchema } from './adapt-schema.js';

const adapt = (schema: object, dialect: 'moonshot' | 'llamacpp' | 'described') =>
  adaptSchema(schema as never, { dialect, param: null });

describe("a schema in Moonshot's flavour", () => {
  it.each<[object, object]>([
    [
      {
        type: ['string', 'boolean'],
        anyOf: [{ type: 'string' }, { enum: [1] }, { $ref: '#/$defs/a' }],
      },
      {
        anyOf: [
          { type: 'string' },
          { enum: [1], type: ['string', 'boolean'] },
          { $ref: '#/$defs/a' },
        ],
      },
    ],
    [{ oneOf: [{ type: 'string' }] }, { anyOf: [{ type: 'string' }] }],
    [{ oneOf: [{}], anyOf: [{ const: 1 }] }, { anyOf: [{ enum: [1] }] }],
    [
      { $defs: { a: { const: 2 } }, type: 'object' },
      { $defs: { a: { enum: [2] } }, type: 'object' },
    ],
  ])('%j', (schema, expected) => {
    expect(adapt(schema, 'moonshot')).toEqual({ schema: expected, dropped: [] });
  });

  it('has an object at the root, made of the branches', () => {
    const branch = (name: string) => ({
      type: 'object',
      properties: { [name]: { type: 'string' }, both: {} },
      required: [name, 'both'],
    });
    const parameters = (schema: object, dialect: 'moonshot' | 'full') =>
      adaptParameters(schema as never, { dialect, param: null }).schema;
    expect(parameters({ anyOf: [branch('a'), { type: 'null' }, branch('b')] }, 'moonshot')).toEqual(
      {
        type: 'object',
        properties: { a: { type: 'string' }, b: { type: 'string' }, both: {} },
        required: ['both'],
      },
    );
    expect(parameters({ anyOf: [{ type: 'object' }] }, 'moonshot')).toEqual({
      type: 'object',
      properties: {},
    });
    expect(parameters({}, 'full')).toEqual({ type: 'object' });
  });
});

describe("a schema for llama.cpp's grammars", () => {
  it.each<[object, object, string[]]>([
    [{ pattern: '^[a-z]+$' }, { pattern: '^[a-z]+$' }, []],
    [{ pattern: '^\\d+$' }, {}, ['pattern']],
    [{ pattern: 'abc' }, {}, ['pattern']],
    [{ pattern: '^(?!a)$' }, {}, ['pattern']],
    [{ maxLength: 5000, minLength: 1 }, { minLength: 1 }, ['maxLength']],
    [{ items: { maxItems: 1e6 } }, { items: {} }, ['maxItems']],
  ])('%j', (schema, expected, dropped) => {
    expect(adapt(schema, 'llamacpp')).toEqual({ schema: expected, dropped });
  });
});

it('every property gets a description where the template reads it', () => {
  const schema = { properties: { a: { type: 'string' }, b: { description: 'x' }, c: true } };
  expect(adapt(schema, 'described').schema).toEqual({
    properties: { a: { type: 'string', description: '' }, b: { description: 'x' }, c: true },
  });
  expect(adapt({ type: 'object' }, 'described').schema).toEqual({ type: 'object' });
});
