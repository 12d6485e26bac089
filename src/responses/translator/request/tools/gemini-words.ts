import { asArray, isRecord, type JsonRecord } from '../../../../common/json.js';

/**
 * One level of a JSON schema with the same meaning in the keywords that Gemini has: `nullable`, `enum`, `anyOf`. Each step
 * is for something that its reader refuses the whole request for (reports of users from March to September 2026).
 */
export function inGeminisWords(schema: JsonRecord): JsonRecord {
  return steps.reduce((converted, step) => step(converted), schema);
}

const steps: readonly ((schema: JsonRecord) => JsonRecord)[] = [
  constAsEnum,
  oneOfAsAnyOf,
  typeListAsAnyOf,
  nullAsNullable,
  anyOfAlone,
  enumWithoutEmptyText,
  arrayWithItems,
  requiredThatExists,
];

function constAsEnum({ const: only, ...schema }: JsonRecord): JsonRecord {
  return only === undefined ? schema : { ...schema, enum: [only] };
}

function oneOfAsAnyOf({ oneOf, ...schema }: JsonRecord): JsonRecord {
  return oneOf === undefined ? schema : { ...schema, anyOf: schema.anyOf ?? oneOf };
}

function typeListAsAnyOf(schema: JsonRecord): JsonRecord {
  if (!Array.isArray(schema.type)) return schema;
  const { type: list, ...rest } = schema;
  const types = asArray(list).filter((type) => type !== 'null');
  const nullable = types.length < asArray(list).length ? { nullable: true } : {};
  if (types.length === 0) return { ...rest, ...nullable };
  if (types.length === 1) return { ...rest, type: types[0], ...nullable };
  return { ...rest, anyOf: rest.anyOf ?? types.map((type) => ({ type })), ...nullable };
}

/** A choice that may be null; one that is left over stands in its place. */
function nullAsNullable(schema: JsonRecord): JsonRecord {
  const choices = asArray(schema.anyOf);
  const others = choices.filter((choice) => !(isRecord(choice) && choice.type === 'null'));
  if (others.length === choices.length) return schema;
  const rest = without(schema, 'anyOf');
  const [only] = others;
  if (others.length === 1 && isRecord(only) && only.$ref === undefined) {
    // What takes the place of the choice may need the same steps again.
    return inGeminisWords({ ...only, ...rest, nullable: true });
  }
  return others.length === 0 ? rest : { ...rest, anyOf: others, nullable: true };
}

/** Beside a choice no type may stand: each alternative has its own. */
function anyOfAlone(schema: JsonRecord): JsonRecord {
  if (schema.anyOf === undefined || schema.type === undefined || 'properties' in schema) {
    return schema;
  }
  return without(schema, 'type');
}

function enumWithoutEmptyText(schema: JsonRecord): JsonRecord {
  if (!Array.isArray(schema.enum) || !schema.enum.includes('')) return schema;
  const { enum: list, ...rest } = schema;
  const named = asArray(list).filter((value) => value !== '');
  return named.length === 0 ? rest : { ...rest, enum: named };
}

function arrayWithItems(schema: JsonRecord): JsonRecord {
  const lacksItems = schema.items === undefined && schema.prefixItems === undefined;
  return schema.type === 'array' && lacksItems ? { ...schema, items: { type: 'string' } } : schema;
}

function requiredThatExists(schema: JsonRecord): JsonRecord {
  if (!Array.isArray(schema.required) || !isRecord(schema.properties)) return schema;
  const { properties } = schema;
  const existing = schema.required.filter(
    (name) => typeof name === 'string' && Object.hasOwn(properties, name),
  );
  if (existing.length === schema.required.length) return schema;
  const rest = without(schema, 'required');
  return existing.length === 0 ? rest : { ...rest, required: existing };
}

function without(schema: JsonRecord, keyword: string): JsonRecord {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword));
}
