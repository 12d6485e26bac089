import type { ChatContentPart } from '../../../../contracts/chat/request.js';

export interface ToolOutput {
  text: string;
  /** These are images and files. A tool message is text only, so they follow the whole round in a user message. */
  attachments: ChatContentPart[];
}
