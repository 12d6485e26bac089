import { isRecord, parseJson } from '../../../../common/json.js';

/**
 * Recovers the input of a freeform call whose arguments are not `{"input": "…"}`: models also send the raw text, a JSON string, a
 * shell-like `{"command": ["apply_patch", "…"]}`, or their own name for the one property.
 */
export function recoverCustomInput(callArguments: string): string {
  const parsed = parseJson(callArguments);
  if (typeof parsed === 'string') return parsed;
  return isRecord(parsed) ? (fromRecord(parsed) ?? callArguments) : callArguments;
}

function fromRecord(record: Record<string, unknown>): string | undefined {
  const values = Object.values(record);
  if (values.length === 0) return '';
  const value = record.input ?? record.command ?? (values.length === 1 ? values[0] : undefined);
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    const last: unknown = value.at(-1);
    return typeof last === 'string' ? last : undefined;
  }
  return undefined;
}
