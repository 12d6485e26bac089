import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import type { JsonRecord } from '../../../../common/json.js';
import { mcpSchemas } from '../../../../../test/support/mcp-schemas.js';
import { schemaSubsets, strictSubset } from '../../../../../test/support/schema-subsets.js';
import { adaptParameters } from './adapt-parameters.js';

type Reader = keyof typeof schemaSubsets;
const readers = Object.keys(schemaSubsets) as Reader[];

const text = fc.constantFrom('a', 'b', 'name', '$top', 'a b', '');
const { schema: anySchema } = fc.letrec<{ schema: JsonRecord }>((tie) => {
  const leaf = fc.record({ type: fc.constantFrom('string', 'array', 'object') });
  const child = fc.oneof({ maxDepth: 2 }, leaf, tie('schema'));
  const children = fc.array(child, { minLength: 1, maxLength: 2 });
  return {
    schema: fc.record(
      {
        type: fc.oneof(
          fc.constantFrom('string', 'integer', 'object', 'array', 'null'),
          fc.subarray(['string', 'object', 'null', 'array'], { minLength: 1 }),
        ),
        properties: fc.dictionary(text, child, { maxKeys: 3 }),
        required: fc.oneof(fc.array(text, { maxLength: 3 }), fc.boolean()),
        items: fc.oneof(child, children),
        ...{ anyOf: children, oneOf: children, allOf: children, prefixItems: children, not: child },
        additionalProperties: fc.oneof(fc.boolean(), child),
        enum: fc.array(fc.oneof(text, fc.integer(), fc.constant(null)), { minLength: 1 }),
        const: fc.oneof(text, fc.integer()),
        $ref: fc.constantFrom('#/$defs/a', '#/$defs/b', 'https://example.com/'),
        $defs: fc.dictionary(fc.constantFrom('a', 'b'), child),
        pattern: fc.constantFrom('^a$', '\\d', '(?=a)'),
        format: fc.constantFrom('uri', 'date-time'),
        maxLength: fc.nat(),
        minItems: fc.nat(),
        exclusiveMinimum: fc.oneof(fc.boolean(), fc.integer()),
        minimum: fc.integer(),
        default: text,
        description: text,
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  };
});

function refusal(schema: JsonRecord, dialect: Reader, strict = false): string {
  const adapted = adaptParameters(schema, { dialect, param: null, strict });
  const validate = strict && adapted.strict ? strictSubset : schemaSubsets[dialect];
  if (validate(adapted.schema)) return '';
  return `${JSON.stringify(adapted.schema)}: ${JSON.stringify(validate.errors?.at(-1))}`;
}

const sameFor = (reader: Reader, strict: boolean) =>
  fc.property(anySchema, (schema) => {
    expect(refusal(schema, reader, strict)).toBe('');
  });

describe.each(readers)('every schema for %s is one that it reads', (reader) => {
  it.each(Object.entries(mcpSchemas))('%s', (_name, schema) => {
    expect(refusal(schema, reader)).toBe('');
  });

  it('whatever a generator made', () => {
    fc.assert(sameFor(reader, false), { numRuns: 60 });
  });
});

describe.each(['openai', 'cerebras'] as const)('strict mode of %s', (reader) => {
  it.each(Object.entries(mcpSchemas))('%s', (_name, schema) => {
    expect(refusal(schema, reader, true)).toBe('');
  });

  it('whatever a generator made', () => {
    fc.assert(sameFor(reader, true), { numRuns: 60 });
  });

  it('is kept where the schema is closed and complete', () => {
    const schema = mcpSchemas['a strict tool'] ?? {};
    const adapted = adaptParameters(schema, { dialect: reader, param: null, strict: true });
    expect(adapted).toEqual({ schema, dropped: [], strict: true });
  });

  it('closes what the client left open, and is given up where a field may be left out', () => {
    const whole = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    const options = { dialect: reader, param: null, strict: true } as const;
    expect(adaptParameters(whole, options)).toMatchObject({
      schema: { additionalProperties: false },
      strict: true,
    });
    expect(adaptParameters({ ...whole, required: [] }, options).strict).toBe(false);
  });
});

it('what was taken off is told', () => {
  const dropped = (schema: string, dialect: Reader) =>
    adaptParameters(mcpSchemas[schema] ?? {}, { dialect, param: null }).dropped;
  expect(dropped('root anyOf that wants one of the fields', 'openai')).toEqual(['anyOf']);
  expect(dropped('root if, then, else', 'bedrock')).toEqual(['if', 'then', 'else']);
  expect(dropped('OData names', 'anthropic')).toEqual(['$filter', '@odata.type']);
  expect(dropped('big limits', 'xai')).toEqual(['maxItems', 'maxLength']);
  expect(dropped('kubernetes: patterns', 'cerebras')).toEqual(['pattern']);
  expect(dropped('filesystem edit_file', 'anthropic')).toEqual([]);
});
