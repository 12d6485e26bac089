import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { isRecord } from '../../../../common/json.js';

/**
 * Makes text of what a tool brings in a form that the protocol does not have: the library would refuse the whole result for it, and
 * so would lose what else it holds. The text is the part as JSON.
 * @param isKnown tells whether the protocol has such a part.
 */
export function withKnownContent<Message extends JSONRPCMessage>(
  message: Message,
  isKnown: (part: unknown) => boolean,
): Message {
  const result = 'result' in message ? message.result : undefined;
  const content: unknown = result?.content;
  if (!Array.isArray(content) || content.every(isKnown)) return message;
  const told = content.map((part: unknown) =>
    isKnown(part) || !isRecord(part) ? part : { type: 'text', text: JSON.stringify(part) },
  );
  return { ...message, result: { ...result, content: told } };
}
