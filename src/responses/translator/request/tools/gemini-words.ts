import { asArray, isRecord, type JsonRecord } from '../../../../common/json.js';
import {
  arrayWithItems,
  constAsEnum,
  inSteps,
  oneOfAsAnyOf,
  requiredThatExists,
  without,
} from './schema-steps.js';

/** The list is that of Gemini's documentation (ai.google.dev/gemini-api/docs/structured-output, 2026). */
const geminiKeywords = new Set([
  ...['type', 'format', 'description', 'nullable', 'enum', 'items', 'prefixItems', 'anyOf'],
  ...['minItems', 'maxItems', 'properties', 'required', 'propertyOrdering', 'minProperties'],
  ...['maxProperties', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'default'],
]);
const geminiFormats = new Set(['enum', 'date-time', 'int32', 'int64', 'float', 'double']);

/**
 * Gives one level of a JSON schema with the same meaning in the keywords that Gemini has: `nullable`, `enum`, `anyOf`. Each step
 * is for something that its reader refuses the whole request for (reports of users from March to September 2026).
 */
export const inGeminisWords = inSteps(
  constAsEnum,
  oneOfAsAnyOf,
  typeListAsAnyOf,
  nullAsNullable,
  anyOfAlone,
  enumWithoutEmptyText,
  arrayWithItems,
  requiredThatExists,
);

/** Leaves out the keywords that Gemini has no word for. */
export function cutForGemini(schema: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(schema).filter(([keyword, value]) => isForGemini(keyword, value)),
  );
}

function isForGemini(keyword: string, value: unknown): boolean {
  if (keyword === 'format') return typeof value === 'string' && geminiFormats.has(value);
  if (keyword === 'enum') return Array.isArray(value) && value.every(isName);
  return geminiKeywords.has(keyword);
}

/** Gemini lists texts alone, and no empty ones. */
function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
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

/** Makes `nullable` of a choice that may be null; one branch that is left over stands in the choice's place. */
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

/** Beside a choice no type may stand, since each alternative has its own. */
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
