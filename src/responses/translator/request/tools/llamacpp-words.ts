import type { JsonRecord } from '../../../../common/json.js';
import { inSteps } from './schema-steps.js';

/** llama.cpp's grammars repeat nothing more often (ggml-org/llama.cpp, common/json-schema-to-grammar.cpp, 2026). */
const MOST_REPETITIONS = 2_000;

/**
 * Gives one level of a JSON schema as llama.cpp's converter to grammars takes it. The converter makes one grammar of all tools,
 * so that one keyword refuses every request: a pattern must be anchored and has no classes (containers/kubernetes-mcp-server#758,
 * February 2026), a repetition must be small (lidge-jun/opencodex#2135, August 2026).
 */
export const cutForLlamaCpp = inSteps(withoutHardPattern, withoutBigRepetitions);

function withoutHardPattern(schema: JsonRecord): JsonRecord {
  const { pattern, ...rest } = schema;
  return typeof pattern !== 'string' || isPlainPattern(pattern) ? schema : rest;
}

/** A plain pattern is anchored at both ends, without classes, look-arounds and references back. */
function isPlainPattern(pattern: string): boolean {
  return pattern.startsWith('^') && pattern.endsWith('$') && !/\\[A-Za-z0-9]|\(\?/.test(pattern);
}

const repetitions = ['minLength', 'maxLength', 'minItems', 'maxItems'];

function withoutBigRepetitions(schema: JsonRecord): JsonRecord {
  const isBig = ([name, value]: [string, unknown]): boolean =>
    repetitions.includes(name) && typeof value === 'number' && value > MOST_REPETITIONS;
  const entries = Object.entries(schema);
  return entries.some(isBig)
    ? Object.fromEntries(entries.filter((entry) => !isBig(entry)))
    : schema;
}
