import { invalidRequest } from '../../../../common/error-table.js';
import { nonEmptyText } from '../../../../common/json.js';
import type { McpServer } from '../../../../config/mcp-server.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import type { HostList } from '../../outbound/host-list.js';
import { clientServer } from './client-servers.js';

/** One response may use so many servers. */
const MOST_SERVERS = 32;

/**
 * Finds the servers of a request by their labels. A label of the operator's is his server, whatever else the tool says: his
 * headers would otherwise go where a client likes.
 * @throws ApiError 400 with `param`.
 */
export function serversOf(
  tools: readonly ResponseTool[],
  operators: ReadonlyMap<string, McpServer>,
  clientsMayName: HostList,
): Map<string, McpServer> {
  const servers = new Map<string, McpServer>();
  tools.forEach((tool, index) => {
    if (tool.type !== 'mcp') return;
    const param = `tools[${index}]`;
    const label = nonEmptyText(tool.server_label) ?? '';
    const server = operators.get(label) ?? clientServer(tool, param, clientsMayName);
    if (server === undefined) return;
    servers.set(label, server);
    if (servers.size > MOST_SERVERS) {
      throw invalidRequest(`A response may use at most ${MOST_SERVERS} MCP servers.`, 'tools');
    }
  });
  return servers;
}
