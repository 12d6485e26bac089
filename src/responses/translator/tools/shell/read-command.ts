import { type JsonRecord, nonEmptyText } from '../../../../common/json.js';

/** Models send what a shell is to run under one of these names. */
const COMMAND_FIELDS = ['commands', 'command', 'cmd', 'input'];

/** Reads one text, or a list of texts, under whichever name the model chose. */
export function readCommand(callArguments: JsonRecord): string | string[] | undefined {
  for (const field of COMMAND_FIELDS) {
    const value = callArguments[field];
    const text = nonEmptyText(value);
    if (text !== undefined) return text;
    if (Array.isArray(value) && value.length > 0) return value.map(String);
  }
  return undefined;
}

/** Reads a number of milliseconds or characters, which models also send as text. */
export function readCommandCount(value: unknown): number | undefined {
  const count = typeof value === 'string' ? Number(value) : value;
  return typeof count === 'number' && Number.isFinite(count) && count > 0
    ? Math.round(count)
    : undefined;
}
