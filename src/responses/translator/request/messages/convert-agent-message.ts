import { type JsonRecord, nonEmptyText, within } from '../../../../common/json.js';
import type { ConversionContext } from '../context/conversion-context.js';
import { convertContent, textOf } from '../content/convert-content-part.js';

/**
 * Converts `agent_message {author, recipient, content}`, by which agents talk to each other; to the model it is a user speaking.
 * Who speaks to whom is said first, unless the text says so itself, as Codex's does.
 */
export function convertAgentMessage(
  item: JsonRecord,
  param: string | null,
  context: ConversionContext,
): void {
  const { parts } = convertContent(item.content, within(param, '.content'), context, 'parts');
  const author = nonEmptyText(item.author);
  const recipient = nonEmptyText(item.recipient);
  if (author !== undefined && !textOf(parts).includes(author)) {
    const text = `[Message from ${author}${recipient === undefined ? '' : ` to ${recipient}`}]`;
    parts.unshift({ type: 'text', text });
  }
  context.chatHistory.addUser(parts);
}
