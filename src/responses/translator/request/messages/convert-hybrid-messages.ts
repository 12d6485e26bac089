import { invalidType, missingParameter } from '../../../../common/field-errors.js';
import { isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import { normalizeArguments } from '../../tools/normalize-arguments.js';
import type { ConversionContext } from '../context/conversion-context.js';
import { convertMessage } from './convert-message.js';

/**
 * Converts the Rust proxy's hybrid mode, in which chat messages stand beside `input`, under the same rules as everything else.
 */
export function convertHybridMessages(
  messages: readonly unknown[],
  context: ConversionContext,
): void {
  for (const [index, message] of messages.entries()) {
    const param = `messages[${index}]`;
    if (!isRecord(message) || typeof message.role !== 'string') {
      throw invalidType(param, 'a message with a role', message);
    }
    context.thoughtKeys.note(message);
    context.trace?.read(param, 'message');
    convertChatMessage(message, param, context);
  }
}

function convertChatMessage(message: JsonRecord, param: string, context: ConversionContext): void {
  if (message.role !== 'assistant') {
    convertMessage(message, param, context);
    return;
  }
  const reasoning = nonEmptyText(message.reasoning_content) ?? nonEmptyText(message.reasoning);
  if (reasoning !== undefined) {
    context.chatHistory.addReasoning({ text: reasoning, legacy: false, param });
  }
  convertMessage(message, param, context);
  const calls: unknown[] = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  for (const [index, call] of calls.entries()) {
    addChatCall(call, `${param}.tool_calls[${index}]`, context);
  }
  if (isRecord(message.function_call)) {
    addFunction(message.function_call, '', `${param}.function_call`, context);
  }
}

function addChatCall(call: unknown, param: string, context: ConversionContext): void {
  if (isRecord(call) && isRecord(call.custom)) {
    addCustom(call.custom, nonEmptyText(call.id) ?? '', `${param}.custom`, context);
    return;
  }
  if (!isRecord(call) || !isRecord(call.function)) throw missingParameter(`${param}.function`);
  addFunction(call.function, nonEmptyText(call.id) ?? '', `${param}.function`, context);
}

function addFunction(
  source: JsonRecord,
  id: string,
  param: string,
  { chatHistory, registry, warnings }: ConversionContext,
): void {
  const name = nonEmptyText(source.name);
  if (name === undefined) throw missingParameter(`${param}.name`);
  chatHistory.addCall({
    id,
    name: registry.chatName({ type: 'function', name }),
    arguments: normalizeArguments(source.arguments, param, warnings),
    param,
  });
}

function addCustom(
  source: JsonRecord,
  id: string,
  param: string,
  { chatHistory, registry }: ConversionContext,
): void {
  const name = nonEmptyText(source.name);
  if (name === undefined) throw missingParameter(`${param}.name`);
  const input = typeof source.input === 'string' ? source.input : '';
  chatHistory.addCall({
    id,
    name: registry.chatName({ type: 'custom', name }),
    arguments: JSON.stringify({ input }),
    input,
    param,
  });
}
