import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { adaptSchema } from './adapt-schema.js';

const adapt = (schema: Record<string, unknown>) =>
  adaptSchema(schema, { dialect: 'gemini', param: 'tools' });

describe("what Gemini's schema reader refuses", () => {
  it.each([
    [{ type: 'integer', enum: [1, 2] }, { type: 'integer' }, ['enum']],
    [{ const: 1 }, {}, ['enum']],
    [{ const: 'a' }, { enum: ['a'] }, []],
    [{ type: 'string', enum: ['', 'a'] }, { type: 'string', enum: ['a'] }, []],
    [{ type: 'array' }, { type: 'array', items: { type: 'string' } }, []],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, { type: 'string', nullable: true }, []],
    [
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a', 'ghost'] },
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      [],
    ],
    [
      { type: 'string', anyOf: [{ type: 'string' }, { type: 'integer' }] },
      { anyOf: [{ type: 'string' }, { type: 'integer' }] },
      [],
    ],
    [{ type: ['string', 'null'] }, { type: 'string', nullable: true }, []],
  ])('%j becomes %j', (schema, expected, dropped) => {
    expect(adapt(schema)).toEqual({ schema: expected, dropped });
  });

  it('nothing of it is left in any schema', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const schemas = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
      schema: fc.record(
        {
          type: fc.constantFrom('string', 'integer', 'array', 'object', ['string', 'null'], 'null'),
          enum: fc.array(fc.oneof(fc.constantFrom('', 'x'), fc.integer()), { maxLength: 3 }),
          const: fc.oneof(fc.string(), fc.integer()),
          items: tie('schema'),
          properties: fc.dictionary(name, tie('schema'), { maxKeys: 2, depthIdentifier: 'x' }),
          required: fc.array(name, { maxLength: 3 }),
          anyOf: fc.array(tie('schema'), { maxLength: 2, depthIdentifier: 'x' }),
        },
        { requiredKeys: [] },
      ),
    })).schema;
    fc.assert(
      fc.property(schemas, (schema) => {
        expect(problems(adapt(schema).schema)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Reads Gemini's subset as its error messages tell it, and gives what it would refuse. */
function problems(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(problems);
  if (typeof value !== 'object' || value === null) return [];
  const schema = value as Record<string, unknown>;
  const found: string[] = [];
  const list = schema.enum as unknown[] | undefined;
  if (list?.some((entry) => typeof entry !== 'string' || entry === '') === true) found.push('enum');
  if (schema.type === 'array' && schema.items === undefined) found.push('items');
  if (Array.isArray(schema.type)) found.push('type list');
  const choices = (schema.anyOf ?? []) as { type?: unknown }[];
  if (choices.some(({ type }) => type === 'null')) found.push('null in anyOf');
  const names = Object.keys(schema.properties ?? {});
  const required = (schema.required ?? []) as string[];
  if (schema.properties !== undefined && required.some((entry) => !names.includes(entry))) {
    found.push('required');
  }
  const children = [schema.items, choices, Object.values(schema.properties ?? {})];
  return [...found, ...children.flatMap(problems)];
}
