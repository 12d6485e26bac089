import { asArray, isRecord, type JsonRecord } from '../../../../common/json.js';

/**
 * One level of a JSON schema as Moonshot's own flavour has it (MoonshotAI/walle; MoonshotAI/kimi-code#2661, August 2026):
 * beside `anyOf` no type may stand, each branch has its own.
 */
export function inMoonshotsWords(schema: JsonRecord): JsonRecord {
  return steps.reduce((converted, step) => step(converted), schema);
}

const steps: readonly ((schema: JsonRecord) => JsonRecord)[] = [
  choiceAsAnyOf,
  typeIntoBranches,
  constAsEnum,
];

/** One kind of choice is enough: Moonshot knows `anyOf`. */
function choiceAsAnyOf({ oneOf, ...schema }: JsonRecord): JsonRecord {
  if (oneOf === undefined) return schema;
  return schema.anyOf === undefined ? { ...schema, anyOf: oneOf } : schema;
}

function typeIntoBranches({ type, ...schema }: JsonRecord): JsonRecord {
  if (type === undefined) return schema;
  if (schema.anyOf === undefined) return { ...schema, type };
  const anyOf = asArray(schema.anyOf).map((branch: unknown) =>
    isRecord(branch) && branch.type === undefined && branch.$ref === undefined
      ? { ...branch, type }
      : branch,
  );
  return { ...schema, anyOf };
}

function constAsEnum({ const: only, ...schema }: JsonRecord): JsonRecord {
  return only === undefined ? schema : { ...schema, enum: [only] };
}
