import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import {
  readJsonCall,
  type OfferedTools,
  type TextToolCall,
} from '../../translator/stream/rescue/text-call-syntax.js';
import { isRecord, parseJson } from '../../../common/json.js';
import { TextToolCallSplitter } from '../../translator/stream/rescue/text-tool-call-splitter.js';

/**
 * Makes an answer of Groq's `tool_use_failed`: the model did call a tool, in a form that Groq could not read, and the error
 * carries the text. Where it holds calls of offered tools the error becomes the answer that it should have been: a chunk with the
 * calls as Hermes text, which the translator makes calls of as it does with any other.
 */
export function repairFailedGeneration(body: unknown, tools: OfferedTools): ChatChunk | undefined {
  const error = isRecord(body) && isRecord(body.error) ? body.error : body;
  if (!isRecord(error) || typeof error.failed_generation !== 'string') return undefined;
  const calls = readCalls(error.failed_generation, tools);
  if (calls.length === 0) return undefined;
  const content = calls.map(
    ({ name, arguments: values }) =>
      `<tool_call>{"name":${JSON.stringify(name)},"arguments":${values}}</tool_call>`,
  );
  return { choices: [{ index: 0, delta: { content: content.join('\n') }, finish_reason: 'stop' }] };
}

/** Reads what was seen: tags, one JSON call, a list of them, `{"tool_calls": […]}`, all of it in a code fence or not. */
function readCalls(generation: string, tools: OfferedTools): TextToolCall[] {
  const text = generation.replace(/^\s*```(?:json|xml)?\s*|(?<!\s)\s*```\s*$/g, '');
  const splitter = new TextToolCallSplitter(tools);
  const tagged = [...splitter.push(text), ...splitter.end()].flatMap((part) =>
    part.kind === 'call' ? [part.call] : [],
  );
  return tagged.length > 0 ? tagged : readJsonCalls(parseJson(text), tools);
}

/** Gives all calls or none, since half of the calls of a turn would be another turn. */
function readJsonCalls(value: unknown, tools: OfferedTools): TextToolCall[] {
  const wrapped = isRecord(value) && 'tool_calls' in value ? value.tool_calls : value;
  const entries: unknown[] = Array.isArray(wrapped) ? wrapped : [wrapped];
  const calls = entries.map((entry) => readJsonCall(entry, tools));
  return calls.every((call) => call !== undefined) ? calls : [];
}
