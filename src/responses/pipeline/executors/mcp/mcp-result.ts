import type { CallToolResult } from '@modelcontextprotocol/client';
import type { McpServer } from '../../../../config/mcp-server.js';
import type { ChatContentPart } from '../../../../contracts/chat/request.js';
import { parseJson } from '../../../../common/json.js';
import { MOST_IMAGE_CHARACTERS } from '../tool-executor.port.js';
import { withoutSecrets } from './mcp-errors.js';

export interface McpResult {
  text: string;
  /** It is the text without the notes that stand in it for the images. */
  words: string;
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
  mostImageCharacters = MOST_IMAGE_CHARACTERS,
): McpResult {
  const texts: string[] = [];
  const attachments: ChatContentPart[] = [];
  const notes = new Set<number>();
  let imageCharacters = 0;
  for (const part of result.content) {
    if (part.type === 'text') texts.push(part.text);
    else if (part.type === 'image' && IMAGE_TYPE.test(part.mimeType)) {
      imageCharacters += part.data.length;
      const fits = imageCharacters <= mostImageCharacters;
      const url = `data:${part.mimeType};base64,${part.data}`;
      if (fits) {
        attachments.push({ type: 'image_url', image_url: { url } });
        notes.add(texts.length);
      }
      texts.push(fits ? '[image]' : '[image: too large to be shown]');
    } else if (part.type === 'resource' && 'text' in part.resource) texts.push(part.resource.text);
    else if (part.type === 'resource_link') texts.push(part.uri);
    else texts.push(`[${part.type}]`);
  }
  const { structuredContent, isError } = result;
  if (texts.length === 0 && structuredContent !== undefined)
    texts.push(JSON.stringify(structuredContent));
  const told = (parts: readonly string[]): string =>
    cut(withoutSecrets(parts.join('\n'), server), mostCharacters);
  const words = told(texts.filter((_, index) => !notes.has(index)));
  return { text: told(texts), words, attachments, isError: isError === true };
}

/** Gives what a tool brought as data: its structured content, or its text where that is JSON; undefined where there is none. */
export function readData(result: CallToolResult, server: McpServer): unknown {
  const { structuredContent, content } = result;
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const said =
    structuredContent === undefined ? texts.join('\n') : JSON.stringify(structuredContent);
  return parseJson(withoutSecrets(said, server));
}

const IMAGE_TYPE = /^image\/[\w.+-]{1,60}$/;

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}\n[cut after ${most} characters]`;
}
