import { asArray, isRecord, type JsonRecord } from '../../../../common/json.js';
import { inPlainWords, inSteps, requiredThatExists, without } from './schema-steps.js';

/** Neither of the two readers below has a word for these. */
const conditions = [
  ...['allOf', 'not', 'if', 'then', 'else', 'patternProperties', 'propertyNames'],
  ...['dependentRequired', 'dependentSchemas', 'contains'],
];
const lengths = ['minLength', 'maxLength', 'minItems', 'maxItems'];

/** xAI knows no `allOf` and no lengths (docs.x.ai, "Structured Outputs", supported schemas, 2026). */
export function cutForXai(schema: JsonRecord): JsonRecord {
  return without(schema, ...lengths, ...conditions, 'minContains', 'maxContains');
}

/** Cerebras compiles schemas without recursion (inference-docs.cerebras.ai, "Structured Outputs", limitations, 2026). */
export const inCerebrasWords = inSteps(inPlainWords, requiredThatExists);

export function cutForCerebras(schema: JsonRecord): JsonRecord {
  return without(schema, ...lengths, ...conditions, 'pattern', 'format', 'uniqueItems', '$anchor');
}

/**
 * Anthropic checks tools against draft 2020-12, where older generators write draft 4 and 7: lists as `items`, exclusive
 * limits as switches, `required` as a switch of the property (anthropics/claude-code#40075 and its kin, 2026).
 */
export const inAnthropicsWords = inSteps(
  listAsPrefixItems,
  exclusiveAsNumber,
  withoutRequiredSwitch,
  nameableProperties,
  requiredThatExists,
);

function listAsPrefixItems(schema: JsonRecord): JsonRecord {
  if (!Array.isArray(schema.items)) return schema;
  const { items, additionalItems, ...rest } = schema;
  return {
    ...rest,
    prefixItems: items,
    ...(additionalItems === undefined ? {} : { items: additionalItems }),
  };
}

function exclusiveAsNumber(schema: JsonRecord): JsonRecord {
  const limits = [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const;
  return limits.reduce((converted, [exclusive, limit]) => {
    if (typeof converted[exclusive] !== 'boolean') return converted;
    const rest = without(converted, exclusive);
    if (!converted[exclusive] || rest[limit] === undefined) return rest;
    return { ...without(rest, limit), [exclusive]: rest[limit] };
  }, schema);
}

function withoutRequiredSwitch(schema: JsonRecord): JsonRecord {
  return typeof schema.required === 'boolean' ? without(schema, 'required') : schema;
}

const PROPERTY_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/** One property of another name (`$filter` of OData) would refuse every request; `unnameable` says which were left out. */
function nameableProperties(schema: JsonRecord): JsonRecord {
  if (!isRecord(schema.properties)) return schema;
  const entries = Object.entries(schema.properties);
  const named = entries.filter(([name]) => PROPERTY_NAME.test(name));
  return named.length === entries.length
    ? schema
    : { ...schema, properties: Object.fromEntries(named) };
}

/** Lists the names that Anthropic's reader cannot take. */
export function unnameable({ properties }: JsonRecord): string[] {
  return isRecord(properties)
    ? Object.keys(properties).filter((name) => !PROPERTY_NAME.test(name))
    : asArray(properties).map(String);
}
