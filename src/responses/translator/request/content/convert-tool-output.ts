import type { InputItem } from '../../../../contracts/responses/items.js';
import { isRecord, nonEmptyText, within } from '../../../../common/json.js';
import { readCallIdentity } from '../../tools/read-call-identity.js';
import type { ConversionContext } from '../context/conversion-context.js';
import { convertContent, isKnownPart, textOf } from './convert-content-part.js';
import type { ToolOutput } from '../context/tool-output.js';
import { unwrapToolOutput } from './unwrap-tool-output.js';

/** Converts `function_call_output` and its kin. `output` is text, content parts, or any JSON (scripts send that). */
export function convertToolOutputItem(
  item: InputItem,
  param: string | null,
  context: ConversionContext,
): void {
  context.chatHistory.addOutput({
    callId: nonEmptyText(item.call_id),
    toolName: toolNameOf(item, context),
    type: item.type,
    output: convertOutput(item.output, within(param, '.output'), context),
    param,
    idField: 'call_id',
  });
}

/**
 * Since November 2026 an output may go without a call id and name its tool instead (OpenAI's types, `ResponseInputItem.FunctionCallOutput.name`).
 */
function toolNameOf(item: InputItem, { registry }: ConversionContext): string | undefined {
  if (nonEmptyText(item.name) === undefined) return undefined;
  const type = item.type === 'custom_tool_call_output' ? 'custom' : 'function';
  return registry.chatName(readCallIdentity(item, type).identity);
}

function convertOutput(
  output: unknown,
  param: string | null,
  context: ConversionContext,
): ToolOutput {
  if (isContentParts(output)) return convertParts(output, param, context);
  return { text: outputText(output), attachments: [] };
}

function outputText(output: unknown): string {
  if (output === undefined || output === null) return '';
  if (typeof output === 'string' || isRecord(output)) return unwrapToolOutput(output);
  return JSON.stringify(output);
}

/** An array of something else is a tool's JSON result and stays JSON. */
function isContentParts(output: unknown): output is unknown[] {
  return Array.isArray(output) && (output.length === 0 || output.some(isKnownPart));
}

function convertParts(
  output: unknown[],
  param: string | null,
  context: ConversionContext,
): ToolOutput {
  const { parts, reasoning } = convertContent(output, param, context);
  const attachments = parts.filter((part) => part.type !== 'text');
  if (attachments.length > 0) {
    context.warnings.add(
      'content_part_mapped',
      param,
      'Images and files of a tool output were sent in a user message after the tool round.',
    );
  }
  if (reasoning.length > 0) {
    context.warnings.add('reasoning_dropped', param, 'Reasoning in a tool output was left out.');
  }
  return { text: textOf(parts), attachments };
}
