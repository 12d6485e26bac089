import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CLOCK, type Clock } from '../../../../common/clock.js';
import { ID_GENERATOR, type IdGenerator } from '../../../../common/id-generator.js';
import type { McpServer } from '../../../../config/mcp-server.js';
import { SETTINGS, type Settings } from '../../../../config/settings.js';
import type { McpListedTool } from '../../../../contracts/responses/hosted-items.js';
import { HostList } from '../../outbound/host-list.js';
import type { HostedRequest, ToolExecutor, ToolSession } from '../tool-executor.port.js';
import { McpConnections } from './mcp-connections.js';
import type { McpLinks } from './mcp-links.js';
import { McpSession } from './mcp-session.js';
import { listMcpTools } from './list-mcp-tools.js';
import { serversOf } from './session-servers.js';

/** A list of tools is asked for again after so long. */
const LIST_LIFETIME_MS = 60_000;
/** So many lists are kept. */
const MOST_LISTS = 200;

/** Runs the tools of MCP servers: the operator's, and those of clients whose hosts he allows. */
@Injectable()
export class McpExecutor implements ToolExecutor {
  readonly toolTypes: readonly string[];
  private readonly servers: ReadonlyMap<string, McpServer>;
  private readonly clientsMayName: HostList;
  private readonly lists = new LRUCache<string, { tools: readonly McpListedTool[]; until: number }>(
    { max: MOST_LISTS },
  );

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly connections: McpConnections,
  ) {
    const { mcpServers, mcpAllowedHosts } = settings.tools;
    this.servers = new Map(mcpServers.map((server) => [server.label, server]));
    this.clientsMayName = new HostList(mcpAllowedHosts);
    this.toolTypes = mcpServers.length === 0 && this.clientsMayName.isEmpty ? [] : ['mcp'];
  }

  open(request: HostedRequest): ToolSession {
    const { ids } = this;
    const links = this.connections.links();
    const { resultCharacters, callMs } = this.settings.tools;
    return new McpSession(request, {
      servers: serversOf(request.body.tools ?? [], this.servers, this.clientsMayName),
      links,
      ids,
      resultCharacters,
      callMs,
      list: (server, signal, anew) => this.list(links, server, signal, anew),
    });
  }

  private async list(
    links: McpLinks,
    server: McpServer,
    signal: AbortSignal,
    anew: boolean,
  ): Promise<readonly McpListedTool[]> {
    const key = listKey(server);
    const known = this.lists.get(key);
    if (!anew && known !== undefined && known.until > this.clock.now()) return known.tools;
    const tools = await links.with(server, signal, (client) => listMcpTools(client, signal));
    this.lists.set(key, { tools, until: this.clock.now() + LIST_LIFETIME_MS });
    return tools;
  }
}

/** A server may tell each key other tools. The keys themselves are not kept. */
function listKey({ namedBy, url, headers }: McpServer): string {
  const asked = JSON.stringify([namedBy, url.href, Object.entries(headers)]);
  return createHash('sha256').update(asked).digest('base64');
}
