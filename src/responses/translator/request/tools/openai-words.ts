import { asArray, isRecord, type JsonRecord } from '../../../../common/json.js';
import { inPlainWords, inSteps, requiredThatExists, without } from './schema-steps.js';

/**
 * Gives one level of a JSON schema as OpenAI's strict mode reads it: objects are closed, choices are `anyOf`, a reference stands
 * alone (platform.openai.com, "Structured Outputs", supported schemas, 2026).
 */
export const inStrictWords = inSteps(
  inPlainWords,
  closedObject,
  requiredThatExists,
  referenceAlone,
);

const strictKeywords = new Set([
  ...['type', 'description', 'title', 'enum', 'const', 'properties', 'required', 'items', 'anyOf'],
  ...['additionalProperties', '$ref', '$defs', 'definitions', 'pattern', 'format', 'multipleOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minItems', 'maxItems'],
]);
const strictFormats = new Set([
  ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'],
]);

/** Leaves out the keywords that strict mode refuses. */
export function cutForStrict(schema: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(schema).filter(([keyword, value]) =>
      keyword === 'format' ? strictFormats.has(String(value)) : strictKeywords.has(keyword),
    ),
  );
}

/**
 * Tells whether strict mode takes the whole schema: every object is closed with all of it required, every value is of a known
 * kind.
 */
export function fitsStrictMode(schema: unknown): boolean {
  if (!isRecord(schema)) return false;
  const isOfAKind = ['type', 'anyOf', '$ref', 'enum', 'const'].some((name) => name in schema);
  return isOfAKind && isClosed(schema) && childrenOf(schema).every(fitsStrictMode);
}

function isClosed(schema: JsonRecord): boolean {
  if (!isObject(schema)) return true;
  const names = isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  const required = asArray(schema.required);
  return schema.additionalProperties === false && names.every((name) => required.includes(name));
}

function childrenOf({ properties, $defs, definitions, items, anyOf }: JsonRecord): unknown[] {
  const named = [properties, $defs, definitions]
    .filter(isRecord)
    .flatMap((map) => Object.values(map));
  return [...named, ...(items === undefined ? [] : [items]), ...asArray(anyOf)];
}

function closedObject(schema: JsonRecord): JsonRecord {
  if (!isObject(schema) || schema.additionalProperties !== undefined) return schema;
  // An object that names nothing is a free one; closing it would let nothing but {} through.
  if (!isRecord(schema.properties)) return schema;
  return { ...schema, additionalProperties: false };
}

function isObject({ type, properties }: JsonRecord): boolean {
  return properties !== undefined || type === 'object' || asArray(type).includes('object');
}

function referenceAlone(schema: JsonRecord): JsonRecord {
  return typeof schema.$ref !== 'string'
    ? schema
    : without(schema, ...Object.keys(schema).filter((name) => !kept.has(name)));
}

const kept = new Set(['$ref', '$defs', 'definitions']);
