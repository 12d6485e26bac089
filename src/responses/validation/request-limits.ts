import { invalidRequest, payloadTooLarge } from '../../common/error-table.js';
import type { Settings } from '../../config/settings.js';
import { isRecord, type JsonRecord } from '../../common/json.js';
import { tooLong } from '../../common/field-errors.js';

type Limits = Settings['limits'];

/** Bounds what a client may send. Counts are a 400 that names the field, the size of the conversation is a 413. */
export function checkLimits(body: JsonRecord, limits: Limits): void {
  checkCount('input', body.input, limits.inputItems);
  checkCount('messages', body.messages, limits.inputItems);
  checkCount('tools', body.tools, limits.tools);
  checkAllTools(body, limits.tools);
  const { instructions } = body;
  if (
    typeof instructions === 'string' &&
    Buffer.byteLength(instructions) > limits.instructionsBytes
  ) {
    throw tooLong('instructions', 'string', `${limits.instructionsBytes} bytes`);
  }
  checkBytes('input', body.input, limits);
  checkBytes('messages', body.messages, limits);
}

function checkCount(param: string, value: unknown, maximum: number): void {
  if (Array.isArray(value) && value.length > maximum) {
    throw tooLong(param, 'array', `${maximum} elements`);
  }
}

/** Counts the tools together with those inside namespaces, and those that items of the history bring. */
function checkAllTools({ tools, input }: JsonRecord, maximum: number): void {
  const items = Array.isArray(input) ? (input as unknown[]) : [];
  const lists = [tools, ...items.map((item) => (isRecord(item) ? item.tools : undefined))];
  const count = lists.reduce<number>((sum, list) => sum + countTools(list), 0);
  if (count > maximum) throw tooLong('tools', 'array', `${maximum} tools in all`);
}

function countTools(tools: unknown): number {
  if (!Array.isArray(tools)) return 0;
  return tools.reduce<number>((sum, tool: unknown) => {
    const members = isRecord(tool) && Array.isArray(tool.tools) ? tool.tools.length : 1;
    return sum + Math.max(1, members);
  }, 0);
}

function checkBytes(param: string, value: unknown, limits: Limits): void {
  const bytes = textBytes(value, param, limits.jsonDepth, limits.inputBytes);
  if (bytes > limits.inputBytes) {
    throw payloadTooLarge(
      `'${param}' holds ${bytes} bytes or more; the limit is ${limits.inputBytes}.`,
      param,
    );
  }
}

/**
 * Counts the UTF-8 bytes of all strings in a value, until they are more than `enough`: a thousand references may name one
 * large item. Keys, numbers and structure do not count.
 */
function textBytes(value: unknown, param: string, depth: number, enough: number): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === 0) throw invalidRequest(`'${param}' is nested too deeply.`, param);
  let bytes = 0;
  for (const inner of Object.values(value)) {
    bytes += textBytes(inner, param, depth - 1, enough - bytes);
    if (bytes > enough) break;
  }
  return bytes;
}
