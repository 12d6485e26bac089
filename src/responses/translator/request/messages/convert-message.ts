import { told } from '../../../../common/describe-value.js';
import { invalidRequest, unsupported } from '../../../../common/error-table.js';
import type { ChatContentPart, ChatTextPart } from '../../../../contracts/chat/request.js';
import { type JsonRecord, nonEmptyText, within } from '../../../../common/json.js';
import type { ConversionContext } from '../context/conversion-context.js';
import { convertContent, type ConvertedContent, textOf } from '../content/convert-content-part.js';

/** Converts a message of `input`, or a chat message of the hybrid `messages`: both have a role and content. */
export function convertMessage(
  message: JsonRecord,
  param: string | null,
  context: ConversionContext,
): void {
  if (Array.isArray(message.attachments) && message.attachments.length > 0) {
    throw unsupported('Message attachments are not supported.', within(param, '.attachments'));
  }
  const form = keepsParts(message.role, context) ? 'parts' : 'text';
  const content = convertContent(message.content, within(param, '.content'), context, form);
  switch (message.role) {
    case 'user':
      context.chatHistory.addUser(content.parts, nonEmptyText(message.name));
      addReasoning(content, param, context);
      return;
    case 'system':
    case 'developer':
      warnOfName(message, param, context);
      addSystemMessage(message.role, content, param, context);
      addReasoning(content, param, context);
      return;
    case 'assistant':
      warnOfName(message, param, context);
      addReasoning(content, param, context);
      addAssistantMessage(message, content, param, context);
      return;
    case 'tool':
    case 'function':
      addToolMessage(message, content, param, context);
      return;
    default:
      throw invalidRequest(
        `Invalid value: '${told(message.role)}'. Supported values are: 'assistant', 'system', 'developer', 'user', and 'tool'.`,
        within(param, '.role'),
      );
  }
}

/** A system message keeps its parts where it is neither joined with others nor told by the user. */
function keepsParts(role: unknown, { dialect }: ConversionContext): boolean {
  if (role === 'user') return true;
  return (
    (role === 'system' || role === 'developer') &&
    dialect.leadingSystem === 'separate' &&
    dialect.lateSystem === 'system' &&
    dialect.systemRole === 'system'
  );
}

/** Messages of these roles are joined with their neighbours, so a name of one would be said of all. */
function warnOfName(
  { name, role }: JsonRecord,
  param: string | null,
  { warnings }: ConversionContext,
): void {
  if (nonEmptyText(name) === undefined) return;
  warnings.add(
    'field_ignored',
    within(param, '.name'),
    `The name of a message of role '${String(role)}' was not sent.`,
  );
}

/** The Rust proxy wrote reasoning into messages; it goes to the assistant turn that follows. */
function addReasoning(
  { reasoning }: ConvertedContent,
  param: string | null,
  { chatHistory }: ConversionContext,
): void {
  for (const text of reasoning) {
    if (text !== '') chatHistory.addReasoning({ text, legacy: true, param });
  }
}

/** Chat's system messages are text, so the model better sees one with an image as a user message than cut. */
function addSystemMessage(
  role: 'system' | 'developer',
  { parts }: ConvertedContent,
  param: string | null,
  { chatHistory, warnings }: ConversionContext,
): void {
  if (parts.every(isText)) {
    chatHistory.addSystem(role, textOf(parts), param, parts.some(isMarked) ? parts : undefined);
    return;
  }
  warnings.add(
    'system_message_mapped',
    param,
    `A ${role} message with images or files was sent as a user message.`,
  );
  chatHistory.addUser(parts);
}

function addAssistantMessage(
  message: JsonRecord,
  { parts }: ConvertedContent,
  param: string | null,
  { chatHistory, warnings }: ConversionContext,
): void {
  if (!parts.every(isText)) {
    warnings.add(
      'content_part_dropped',
      within(param, '.content'),
      'Assistant messages are text in Chat Completions; their images and files were left out.',
    );
  }
  const refusal = parts.length === 0 ? nonEmptyText(message.refusal) : undefined;
  chatHistory.addAssistantText(refusal ?? textOf(parts));
}

/** MCP bridges and chat send the output of a call in this form, as a message of role `tool`. */
function addToolMessage(
  message: JsonRecord,
  { parts, reasoning }: ConvertedContent,
  param: string | null,
  { chatHistory, warnings }: ConversionContext,
): void {
  if (reasoning.length > 0) {
    warnings.add('reasoning_dropped', param, 'Reasoning inside a tool output was left out.');
  }
  chatHistory.addOutput({
    callId: nonEmptyText(message.tool_call_id) ?? nonEmptyText(message.call_id),
    output: { text: textOf(parts), attachments: parts.filter((part) => !isText(part)) },
    param,
    idField: 'tool_call_id',
  });
}

function isText(part: ChatContentPart): part is ChatTextPart {
  return part.type === 'text';
}

function isMarked(part: ChatContentPart): boolean {
  return part.prompt_cache_breakpoint !== undefined;
}
