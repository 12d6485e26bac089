import { asArray, isRecord, type JsonRecord } from '../../../../common/json.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { findReference } from './schema-reference.js';
import { without } from './schema-steps.js';

const choices = ['anyOf', 'oneOf', 'allOf'] as const;

/** These keywords may not stand at the root of a function's parameters; a choice among them becomes one object. */
const refusedAtRoot: Partial<Record<BackendDialect['schemaDialect'], readonly string[]>> = {
  moonshot: [],
  cerebras: [],
  openai: ['enum', 'not', 'if', 'then', 'else', 'const'],
  anthropic: [],
  // Nova's reader takes `type`, `properties` and `required` (docs.aws.amazon.com, "Tool use with Amazon Nova", 2026).
  bedrock: [
    ...['enum', 'not', 'if', 'then', 'else', 'const', '$schema', '$id', 'title', 'description'],
    ...['additionalProperties', 'patternProperties', 'propertyNames', 'minProperties'],
    ...['maxProperties', 'dependentRequired', 'dependentSchemas', 'examples', 'default'],
  ],
};

/** Takes away the choice at the root, for readers that refuse one there. `dropped` names the choice, which now says less. */
export function withoutRootChoice(
  schema: JsonRecord,
  dialect: BackendDialect['schemaDialect'],
): { schema: JsonRecord; dropped: readonly string[] } {
  const refused = refusedAtRoot[dialect];
  if (refused === undefined) return { schema, dropped: [] };
  const dropped = [...choices, ...refused.filter((name) => !silentAtRoot.has(name))].filter(
    (name) => name in schema,
  );
  const hasChoice = '$ref' in schema || choices.some((choice) => choice in schema);
  const merged = hasChoice ? merge(schema, schema, []) : schema;
  return { schema: without(merged, ...refused), dropped };
}

const silentAtRoot = new Set(['$schema', '$id', 'title', 'examples', 'additionalProperties']);

/** Backends and grammar compilers refuse a function whose arguments are not an object at the root. */
export function withObjectRoot(schema: JsonRecord): JsonRecord {
  return schema.type === 'object' ? schema : { ...schema, type: 'object' };
}

/** Puts the properties of all branches into one object; required is what every branch, or each part, wants. */
function merge(schema: JsonRecord, root: JsonRecord, open: readonly string[]): JsonRecord {
  const { $ref: reference, anyOf, oneOf, allOf, ...rest } = schema;
  const target = open.includes(String(reference)) ? undefined : findReference(root, reference);
  const opened = typeof reference === 'string' ? [...open, reference] : open;
  const branchesOf = (list: unknown): JsonRecord[] =>
    asArray(list)
      .filter(isRecord)
      .filter(({ type }) => type !== 'null')
      .map((branch) => merge(branch, root, opened));
  const alternatives = [branchesOf(anyOf), branchesOf(oneOf)];
  const parts = [
    ...branchesOf(allOf),
    ...(target === undefined ? [] : [merge(target, root, opened)]),
  ];
  const all = [...parts, ...alternatives.flat()];
  const required = [
    ...[rest, ...parts].flatMap((part) => asArray(part.required)),
    ...alternatives.flatMap(requiredByAll),
  ];
  const properties = Object.assign(
    {},
    ...all.map((branch) => branch.properties),
    rest.properties,
  ) as JsonRecord;
  // Closed parts would refuse each other's properties, so only what stood at the root itself stays closed.
  return {
    ...rest,
    type: 'object',
    properties,
    ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
  };
}

function requiredByAll([first, ...others]: readonly JsonRecord[]): unknown[] {
  return asArray(first?.required).filter((name) =>
    others.every((branch) => asArray(branch.required).includes(name)),
  );
}
