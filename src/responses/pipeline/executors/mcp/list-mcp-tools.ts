import type { Client } from '@modelcontextprotocol/client';
import type { McpListedTool } from '../../../../contracts/responses/hosted-items.js';
import { eachOnce, MOST_TOOLS, readTools } from './mcp-tools.js';

const MOST_PAGES = 64;
/** All tools of a server may have so many characters together. */
const MOST_CHARACTERS = 4_000_000;

/**
 * Lists the tools of a server, page by page. A page is let go before the next one is asked for, so that a server without an end costs
 * no more than one page.
 * @throws Error when the list is too long.
 */
export async function listMcpTools(client: Client, signal: AbortSignal): Promise<McpListedTool[]> {
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const tools: McpListedTool[] = [];
  let characters = 0;
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES && tools.length < MOST_TOOLS; page++) {
    const params = cursor === undefined ? {} : { params: { cursor } };
    const told = await client.request({ method: 'tools/list', ...params }, { signal });
    const more = readTools(told.tools);
    characters += JSON.stringify(more).length;
    if (characters > MOST_CHARACTERS) throw new Error('The list of tools is too long.');
    tools.push(...more);
    if (told.nextCursor === undefined || told.nextCursor === cursor) break;
    cursor = told.nextCursor;
  }
  return eachOnce(tools).slice(0, MOST_TOOLS);
}
