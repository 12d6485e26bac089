import type { CallToolResult, Progress } from '@modelcontextprotocol/client';
import type { McpServer } from '../../../../config/mcp-server.js';
import type { ToolWork } from '../tool-executor.port.js';
import type { McpLinks } from './mcp-links.js';

/** This is the longest time of a timer. */
const NEVER_MS = 2_147_483_647;

interface NamedCall {
  name: string;
  arguments: Record<string, unknown>;
}

/** Calls a tool. The limits of time are the loop's: progress that the server tells begins the call's anew. */
export function callTool(
  links: Pick<McpLinks, 'with'>,
  server: McpServer,
  call: NamedCall,
  { signal, getsOn }: Pick<ToolWork, 'signal' | 'getsOn'>,
  onListChanged?: () => void,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<CallToolResult> {
  const onprogress = (progress: Progress): void => {
    getsOn();
    onProgress(progress);
  };
  const options = { signal, onprogress, timeout: NEVER_MS };
  return links.with(server, signal, (client) => client.callTool(call, options), onListChanged);
}
