import { asArray, isRecord, type JsonRecord } from '../../../../common/json.js';

/** Rewrites one level of a JSON schema in one small way; what it does not concern it gives back as it is. */
export type SchemaStep = (schema: JsonRecord) => JsonRecord;

export function inSteps(...steps: readonly SchemaStep[]): SchemaStep {
  return (schema) => steps.reduce((converted, step) => step(converted), schema);
}

export function constAsEnum({ const: only, ...schema }: JsonRecord): JsonRecord {
  return only === undefined ? schema : { ...schema, enum: [only] };
}

/** One kind of choice is enough, and `anyOf` is the one that every reader knows. */
export function oneOfAsAnyOf({ oneOf, ...schema }: JsonRecord): JsonRecord {
  return oneOf === undefined ? schema : { ...schema, anyOf: schema.anyOf ?? oneOf };
}

/** Pydantic and zod wrap a single reference or type into `allOf`, to hang a description on it. */
export function singleAllOf(schema: JsonRecord): JsonRecord {
  const [only, ...others] = asArray(schema.allOf);
  if (!isRecord(only) || others.length > 0) return schema;
  return singleAllOf({ ...only, ...without(schema, 'allOf') });
}

export function arrayWithItems(schema: JsonRecord): JsonRecord {
  const lacksItems = schema.items === undefined && schema.prefixItems === undefined;
  return schema.type === 'array' && lacksItems ? { ...schema, items: { type: 'string' } } : schema;
}

/** Joins the steps that readers which know `anyOf` alone have in common. */
export const inPlainWords = inSteps(singleAllOf, oneOfAsAnyOf, arrayWithItems);

export function requiredThatExists(schema: JsonRecord): JsonRecord {
  if (!Array.isArray(schema.required) || !isRecord(schema.properties)) return schema;
  const { properties } = schema;
  const existing = schema.required.filter(
    (name) => typeof name === 'string' && Object.hasOwn(properties, name),
  );
  if (existing.length === schema.required.length) return schema;
  const rest = without(schema, 'required');
  return existing.length === 0 ? rest : { ...rest, required: existing };
}

export function without(schema: JsonRecord, ...keywords: readonly string[]): JsonRecord {
  return keywords.some((keyword) => keyword in schema)
    ? Object.fromEntries(Object.entries(schema).filter(([name]) => !keywords.includes(name)))
    : schema;
}
