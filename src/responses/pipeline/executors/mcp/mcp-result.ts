import type { CallToolResult } from '@modelcontextprotocol/client';
import type { McpServer } from '../../../../config/mcp-servers.js';
import type { ChatContentPart } from '../../../../contracts/chat/request.js';
import { withoutSecrets } from './mcp-client.js';

export interface McpResult {
  text: string;
  /** The model sees these images beside the text. */
  attachments: ChatContentPart[];
  isError: boolean;
}

/** Reads what a tool brought. Text beyond the limit is cut, and so are images. */
export function readResult(
  result: CallToolResult,
  server: McpServer,
  mostCharacters: number,
): McpResult {
  const texts: string[] = [];
  const attachments: ChatContentPart[] = [];
  for (const part of result.content) {
    if (part.type === 'text') texts.push(part.text);
    else if (part.type === 'image' && part.data.length <= mostCharacters) {
      const url = `data:${part.mimeType};base64,${part.data}`;
      attachments.push({ type: 'image_url', image_url: { url } });
      texts.push('[image]');
    } else if (part.type === 'resource' && 'text' in part.resource) texts.push(part.resource.text);
    else if (part.type === 'resource_link') texts.push(part.uri);
    else texts.push(`[${part.type}]`);
  }
  const { structuredContent, isError } = result;
  if (texts.length === 0 && structuredContent !== undefined)
    texts.push(JSON.stringify(structuredContent));
  const text = withoutSecrets(texts.join('\n'), server);
  return { text: cut(text, mostCharacters), attachments, isError: isError === true };
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}\n[cut after ${most} characters]`;
}
