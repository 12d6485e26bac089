import type { CallToolResult } from '@modelcontextprotocol/client';
import type { McpServer } from '../../../../config/mcp-servers.js';
import type { ChatContentPart } from '../../../../contracts/chat/request.js';
import { MOST_IMAGE_CHARACTERS } from '../tool-executor.port.js';
import { withoutSecrets } from './mcp-errors.js';

export interface McpResult {
  text: string;
  /** The model sees these images beside the text. */
  attachments: ChatContentPart[];
  isError: boolean;
}

/**
 * Reads what a tool brought. Text beyond the limit is cut, and images beyond theirs are left out. Structured content is what the
 * tool says in data; most servers say it as text as well, and where one does not, the data is the text.
 */
export function readResult(
  result: CallToolResult,
  server: McpServer,
  mostCharacters: number,
): McpResult {
  const texts: string[] = [];
  const attachments: ChatContentPart[] = [];
  let imageCharacters = 0;
  for (const part of result.content) {
    if (part.type === 'text') texts.push(part.text);
    else if (part.type === 'image' && IMAGE_TYPE.test(part.mimeType)) {
      imageCharacters += part.data.length;
      const fits = imageCharacters <= MOST_IMAGE_CHARACTERS;
      const url = `data:${part.mimeType};base64,${part.data}`;
      if (fits) attachments.push({ type: 'image_url', image_url: { url } });
      texts.push(fits ? '[image]' : '[image: too large to be shown]');
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

const IMAGE_TYPE = /^image\/[\w.+-]{1,60}$/;

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}\n[cut after ${most} characters]`;
}
