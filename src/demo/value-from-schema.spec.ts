import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { valueFromSchema } from './value-from-schema.js';

const object = (properties: Record<string, unknown>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

describe('valueFromSchema makes a value that is valid', () => {
  it.each([
    object({ city: { type: 'string' }, days: { type: 'integer', minimum: 3, maximum: 5 } }),
    object({ list: { type: 'array', items: object({ ok: { type: 'boolean' } }), minItems: 2 } }),
    object({
      unit: { enum: ['c', 'f'] },
      kind: { const: 'x' },
      maybe: { type: ['null', 'string'] },
    }),
    object({
      either: { anyOf: [{ type: 'number' }, { type: 'null' }] },
      nothing: { type: 'null' },
    }),
    { $defs: { a: { type: 'string', minLength: 20 } }, ...object({ a: { $ref: '#/$defs/a' } }) },
    { type: 'string' },
    {},
  ])('%j', (schema) => {
    const value = valueFromSchema(schema, 'text');
    expect(new Ajv({ allowUnionTypes: true }).validate(schema, value)).toBe(true);
  });

  it('takes a place from the text', () => {
    const schema = object({ city: { type: 'string' } });
    expect(valueFromSchema(schema, 'The weather in New York?')).toEqual({ city: 'New York' });
    expect(valueFromSchema(schema, 'The weather?')).toEqual({ city: 'Paris' });
  });

  it('ends a schema that holds itself', () => {
    const node = object({ next: { $ref: '#' } });
    expect(() => JSON.stringify(valueFromSchema(node, ''))).not.toThrow();
  });
});
