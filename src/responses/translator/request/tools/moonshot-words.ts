import { asArray, isRecord, type JsonRecord } from '../../../../common/json.js';
import { constAsEnum, inSteps, oneOfAsAnyOf } from './schema-steps.js';

/**
 * Gives one level of a JSON schema in Moonshot's own flavour (MoonshotAI/walle; MoonshotAI/kimi-code#2661, August 2026): beside
 * `anyOf` no type may stand, each branch has its own.
 */
export const inMoonshotsWords = inSteps(oneOfAsAnyOf, typeIntoBranches, constAsEnum);

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
