import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../../../../common/clock.js';
import { ID_GENERATOR, type IdGenerator } from '../../../../common/id-generator.js';
import type { McpServer } from '../../../../config/mcp-servers.js';
import { SETTINGS, type Settings } from '../../../../config/settings.js';
import type { McpListedTool } from '../../../../contracts/responses/hosted-items.js';
import type { HostedRequest, ToolExecutor, ToolSession } from '../tool-executor.port.js';
import { withMcpClient } from './mcp-client.js';
import { McpSession } from './mcp-session.js';
import { readTools } from './mcp-tools.js';

/** A list of tools is asked for again after so long. */
const LIST_LIFETIME_MS = 60_000;

/** Runs the tools of the operator's MCP servers. */
@Injectable()
export class McpExecutor implements ToolExecutor {
  readonly toolTypes: readonly string[];
  private readonly servers: ReadonlyMap<string, McpServer>;
  private readonly lists = new Map<string, { tools: readonly McpListedTool[]; until: number }>();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    const { mcpServers } = settings.tools;
    this.servers = new Map(mcpServers.map((server) => [server.label, server]));
    this.toolTypes = mcpServers.length === 0 ? [] : ['mcp'];
  }

  open(request: HostedRequest): ToolSession {
    const { servers, ids } = this;
    const { resultCharacters } = this.settings.tools;
    return new McpSession(request, {
      servers,
      ids,
      resultCharacters,
      list: (server, signal) => this.list(server, signal),
    });
  }

  private async list(server: McpServer, signal: AbortSignal): Promise<readonly McpListedTool[]> {
    const known = this.lists.get(server.label);
    if (known !== undefined && known.until > this.clock.now()) return known.tools;
    const { tools: told } = await withMcpClient(server, signal, (client) =>
      client.listTools(undefined, { signal }),
    );
    const tools = readTools(told);
    this.lists.set(server.label, { tools, until: this.clock.now() + LIST_LIFETIME_MS });
    return tools;
  }
}
