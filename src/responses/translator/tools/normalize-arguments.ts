import type { WarningCollector } from '../warning.js';
import { isRecord, parseJson, within } from '../../../common/json.js';

/**
 * Makes the JSON object that chat wants of a history call's arguments. Clients send text, objects (scripts) or nothing at all;
 * some models encode their JSON twice, write a bare value, or were cut. vLLM, SGLang and llama.cpp parse the arguments of the
 * history for their templates and refuse every later turn when they are no object (vllm-project/vllm#43995,
 * ggml-org/llama.cpp#22948), so whatever is none stands in one: a JSON value under `input`, other text under `raw`.
 */
export function normalizeArguments(
  value: unknown,
  param: string | null,
  warnings: WarningCollector,
): string {
  if (value === undefined || value === null) return '{}';
  if (isRecord(value)) return JSON.stringify(value);
  if (typeof value !== 'string') return wrapped('input', value, param, warnings);
  if (value.trim() === '') {
    repaired(param, 'Empty arguments were replaced by {}.', warnings);
    return '{}';
  }
  const parsed = parseJson(value);
  if (isRecord(parsed)) return value;
  if (parsed === undefined) return wrapped('raw', value, param, warnings);
  if (typeof parsed !== 'string' || !isRecord(parseJson(parsed))) {
    return wrapped('input', parsed, param, warnings);
  }
  repaired(param, 'Arguments that were encoded as JSON twice were unwrapped once.', warnings);
  return parsed;
}

function wrapped(
  key: 'input' | 'raw',
  value: unknown,
  param: string | null,
  warnings: WarningCollector,
): string {
  repaired(param, `Arguments that are no JSON object were sent as '${key}' of one.`, warnings);
  return JSON.stringify({ [key]: value });
}

function repaired(param: string | null, message: string, warnings: WarningCollector): void {
  warnings.add('arguments_repaired', within(param, '.arguments'), message);
}
