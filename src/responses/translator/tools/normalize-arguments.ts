import type { WarningCollector } from '../warning.js';
import { isRecord, parseJson, within } from '../../../common/json.js';

/**
 * Arguments of a history call as the JSON text that chat wants. Clients send text, objects (scripts) or nothing at all;
 * some models encode their JSON twice. Text that is no JSON stays as it is: the model wrote it, and it may learn from it.
 */
export function normalizeArguments(
  value: unknown,
  param: string | null,
  warnings: WarningCollector,
): string {
  if (value === undefined || value === null) return '{}';
  if (typeof value !== 'string') return JSON.stringify(value);
  if (value.trim() === '') {
    repaired(param, 'Empty arguments were replaced by {}.', warnings);
    return '{}';
  }
  if (!value.trimStart().startsWith('"')) return value;
  const inner = parseJson(value);
  if (typeof inner !== 'string' || !isRecord(parseJson(inner))) return value;
  repaired(param, 'Arguments that were encoded as JSON twice were unwrapped once.', warnings);
  return inner;
}

function repaired(param: string | null, message: string, warnings: WarningCollector): void {
  warnings.add('arguments_repaired', within(param, '.arguments'), message);
}
