import { isSoonParsed } from '../common/json-body.js';
import { asArray, isRecord, parseJson, type JsonRecord } from '../common/json.js';

/**
 * Reads a body of the Responses API that came to the chat route: Cursor sends its `input` and flat or custom tools there
 * (forum.cursor.com, "Responses body on chat completions", 2026). Gives undefined for a proper chat body, which is not parsed
 * where its bytes cannot hold such a field, or hold more than the Responses API takes.
 */
export function readResponsesShaped(bytes: Buffer, maxDepth: number): JsonRecord | undefined {
  if (!bytes.includes('"input"') && !bytes.includes('"tools"')) return undefined;
  if (!isSoonParsed(bytes, maxDepth)) return undefined;
  const body = parseJson(bytes.toString('utf8'));
  if (!isRecord(body)) return undefined;
  const hasInput = body.input !== undefined && body.messages === undefined;
  return hasInput || asArray(body.tools).some(isFlatTool) ? body : undefined;
}

function isFlatTool(tool: unknown): boolean {
  if (!isRecord(tool)) return false;
  const isFlatFunction = tool.type === 'function' && tool.function === undefined;
  return (isFlatFunction || tool.type === 'custom') && typeof tool.name === 'string';
}
