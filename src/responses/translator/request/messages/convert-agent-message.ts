import { type JsonRecord, within } from '../../../../common/json.js';
import type { ConversionContext } from '../conversion-context.js';
import { convertContent } from '../content/convert-content-part.js';

/** `agent_message {author, recipient, content}`: Codex's agents talk to each other; to the model it is a user speaking. */
export function convertAgentMessage(
  item: JsonRecord,
  param: string | null,
  context: ConversionContext,
): void {
  const { parts } = convertContent(item.content, within(param, '.content'), context);
  context.chatHistory.addUser(parts);
}
