import type { ChatTool } from '../../../../contracts/chat/request.js';
import { asRecord, nonEmptyText, parseJson, type JsonRecord } from '../../../../common/json.js';
import { coerceArguments } from './coerce-arguments.js';

/** Maps the chat names of the tools that the request offers to the schema of their arguments. */
export type OfferedTools = ReadonlyMap<string, JsonRecord | undefined>;

export function offeredTools(tools: readonly ChatTool[]): OfferedTools {
  return new Map(
    tools.map((tool) =>
      tool.type === 'custom'
        ? [tool.custom.name, undefined]
        : [tool.function.name, tool.function.parameters],
    ),
  );
}

export interface TextToolCall {
  /** This is the chat name. */
  name: string;
  /** Holds JSON text. */
  arguments: string;
}

/**
 * Says what stands at the beginning of a text: calls, and how much of the text they take. `unknown` names a whole call of a tool
 * that was not offered, written in tokens that no prose has. `broken` means that a call is there whose arguments are none.
 * `more`: it may become a call. `begun`: it is a call of an offered tool, but not whole. `none`: it is no call, whatever follows.
 */
export type Parsed =
  | { calls: readonly TextToolCall[]; length: number; unknown?: string; broken?: boolean }
  | 'more'
  | 'begun'
  | 'none';

/** Knows how one family of models writes calls when its server has no parser for them. */
export interface TextCallSyntax {
  /** A call begins with one of these. */
  readonly opens: readonly string[];
  /** A further call begins with one of these, directly behind another. */
  readonly continues?: readonly string[];
  /** One of these may end a call, so that its text is read then; without any a call is read when the answer ends. */
  readonly ends: readonly string[];
  /** These stand between calls and behind them, and say nothing. */
  readonly closes: readonly string[];
  /**
   * Tells that `opens` are tokens of the model's vocabulary, which prose does not have, so a call that breaks off is not shown.
   */
  readonly special?: boolean;
  /** Tells that it counts only where nothing but white space stands before it, as the sign is not clear enough elsewhere. */
  readonly startOnly?: boolean;
  /**
   * Reads what stands at the beginning of the text.
   * @param atEnd says that nothing follows, so a last mark may be missing.
   */
  parse(text: string, tools: OfferedTools, atEnd: boolean): Parsed;
}

/** No tool has a longer name, so no longer text is read as one. */
export const LONGEST_NAME = 128;

/** Gives the offered tool that a model means: `functions.get_time:0` is Kimi's way to say `get_time`. */
export function offeredName(written: string, tools: OfferedTools): string | undefined {
  const name = written.trim();
  const plain = name.replace(/^functions\./, '');
  return [name, plain, plain.replace(/:\d{1,6}$/, '')].find((candidate) => tools.has(candidate));
}

/** Makes a call of arguments that came as values; texts get the types that the tool's schema wants. */
export function callOf(name: string, values: JsonRecord, tools: OfferedTools): TextToolCall {
  return { name, arguments: JSON.stringify(coerceArguments(values, tools.get(name))) };
}

/**
 * Makes a call of arguments that came as JSON text, which stays as the model wrote it. Gives undefined when they are no JSON
 * object.
 */
export function jsonCallOf(name: string, text: string): TextToolCall | undefined {
  const json = text.trim() === '' ? '{}' : text.trim();
  return asRecord(parseJson(json)) === undefined ? undefined : { name, arguments: json };
}

/** Reads `{"name": …, "arguments" | "parameters": {…}}` and its kin; the arguments may be JSON in a string. */
export function readJsonCall(value: unknown, tools: OfferedTools): TextToolCall | undefined {
  const outer = asRecord(value);
  const call = asRecord(outer?.function) ?? outer;
  const name = nonEmptyText(call?.name) ?? nonEmptyText(call?.tool_name);
  const offered = name === undefined ? undefined : offeredName(name, tools);
  if (call === undefined || offered === undefined) return undefined;
  const given = call.arguments ?? call.parameters ?? {};
  const values = asRecord(typeof given === 'string' ? parseJson(given) : given);
  return values === undefined ? undefined : callOf(offered, values, tools);
}

export function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}

/** Finds where the JSON object, array or string that begins at `start` ends; -1 when it does not. */
export function endOfJson(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === 0x22) {
      at = endOfJsonText(text, at);
      if (at < 0) return -1;
    } else if (sign === 0x7b || sign === 0x5b) depth++;
    else if (sign === 0x7d || sign === 0x5d) depth--;
    if (depth <= 0) return at + 1;
  }
  return -1;
}

/** Finds the closing quote of the text that begins at `start`, or -1. */
function endOfJsonText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === 0x5c) at++;
    else if (sign === 0x22) return at;
  }
  return -1;
}

/** Tells whether `text` stands at the beginning of a longer token, so that it may become that token. */
export function isCutToken(text: string, tokens: readonly string[]): boolean {
  return tokens.some((token) => token.length > text.length && token.startsWith(text));
}
