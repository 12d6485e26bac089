import { isRecord, type JsonRecord, parseJson } from '../../../../common/json.js';

const ENVELOPE_KEYS = new Set(['output', 'metadata']);

/**
 * Takes out of Codex's wrapping what a command printed: `{"output": "…", "metadata": {"exit_code": 0}}`, of which the model gets
 * the output alone. An object with any other key is a tool's own result and stays whole.
 */
export function unwrapToolOutput(output: string | JsonRecord): string {
  if (typeof output === 'string') {
    const looksWrapped = output.trimStart().startsWith('{') && output.includes('"output"');
    const parsed = looksWrapped ? parseJson(output) : undefined;
    return isEnvelope(parsed) ? asText(parsed.output) : output;
  }
  return isEnvelope(output) ? asText(output.output) : JSON.stringify(output);
}

function isEnvelope(value: unknown): value is { output: unknown } {
  return (
    isRecord(value) &&
    value.output !== undefined &&
    Object.keys(value).every((key) => ENVELOPE_KEYS.has(key))
  );
}

function asText(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
