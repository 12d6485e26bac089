import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Client } from '@modelcontextprotocol/client';
import type { McpServer } from '../../../../config/mcp-server.js';
import { SETTINGS, type Settings } from '../../../../config/settings.js';
import { HostList } from '../../outbound/host-list.js';
import { OutboundHttp } from '../../outbound/outbound-http.js';
import { withKnownContent } from './known-content.js';
import { isHttpRefusal, mcpLibrary } from './mcp-library.js';
import { McpLinks, type McpLinkEnds, type McpOpened } from './mcp-links.js';

/** One answer of a server may have so many bytes. */
const MOST_BYTES = 16 * 1024 * 1024;
/** A stream that a server ends before its answer is taken up again so many times, when it says from where. */
const MOST_RETURNS = 2;
/** So many servers are known to speak the older transport. */
const MOST_KNOWN = 1_000;
/** A server that knows no streamable HTTP answers its first request so. Source: MCP 2025-11-25, transports, backwards compatibility. */
const OLD_SERVER = [400, 404, 405];

/**
 * Connects to MCP servers: over streamable HTTP, and over the older HTTP with server-sent events where a server knows nothing
 * else. Redirects are refused, and so are other origins: headers go to their server alone.
 */
@Injectable()
export class McpConnections implements OnApplicationShutdown {
  private readonly toOperators = new OutboundHttp();
  private readonly toClients: OutboundHttp;
  private readonly oldServers = new Set<string>();

  constructor(@Inject(SETTINGS) { tools }: Settings) {
    this.toClients = new OutboundHttp(new HostList(tools.mcpAllowedHosts));
  }

  /** Gives the connections of one response. */
  links(): McpLinks {
    return new McpLinks((server, link) => this.connect(server, link));
  }

  /** Does one piece of work over a connection of its own. */
  async with<Result>(
    server: McpServer,
    signal: AbortSignal,
    work: (client: Client) => Promise<Result>,
  ): Promise<Result> {
    const links = this.links();
    try {
      return await links.with(server, signal, work);
    } finally {
      links.close();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.toOperators.close(), this.toClients.close()]);
  }

  private async connect(server: McpServer, link: McpLinkEnds): Promise<McpOpened> {
    const { url } = server;
    if (this.oldServers.has(url.href)) return this.open(server, link, 'older');
    try {
      return await this.open(server, link, 'streamable');
    } catch (error) {
      if (!isHttpRefusal(error) || !OLD_SERVER.includes(error.status)) throw error;
      const opened = await this.open(server, link, 'older').catch(() => {
        throw error;
      });
      if (this.oldServers.size < MOST_KNOWN) this.oldServers.add(url.href);
      return opened;
    }
  }

  private async open(
    server: McpServer,
    { signal, onListChanged }: McpLinkEnds,
    kind: 'streamable' | 'older',
  ): Promise<McpOpened> {
    // The library calls the older transport deprecated as the protocol does; servers that speak nothing else are still there.
    const { Client, SSEClientTransport, StreamableHTTPClientTransport, isSpecType } =
      await mcpLibrary();
    const Transport = kind === 'older' ? SSEClientTransport : StreamableHTTPClientTransport;
    const client = new Client({ name: 'responses-proxy', version: '1.0.0' });
    client.setNotificationHandler('notifications/tools/list_changed', () => {
      onListChanged();
    });
    const transport = new Transport(server.url, {
      requestInit: { headers: server.headers },
      fetch: (target, init = {}) => this.fetch(server, target, init, signal),
      reconnectionOptions: {
        maxRetries: MOST_RETURNS,
        initialReconnectionDelay: 1_000,
        maxReconnectionDelay: 1_000,
        reconnectionDelayGrowFactor: 1,
      },
    });
    try {
      await client.connect(transport, { signal });
      const deliver = transport.onmessage;
      transport.onmessage = (message) => {
        deliver?.(withKnownContent(message, (part) => isSpecType.ContentBlock(part)));
      };
      const endSession = async (): Promise<void> => {
        if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession();
      };
      return { client, endSession };
    } catch (error) {
      await client.close().catch(() => undefined);
      throw error;
    }
  }

  private fetch(
    { url, namedBy }: McpServer,
    target: string | URL,
    init: RequestInit,
    signal: AbortSignal,
  ): Promise<Response> {
    if (new URL(target).origin !== url.origin) {
      return Promise.reject(new Error('The MCP server named another origin.'));
    }
    const http = namedBy === 'operator' ? this.toOperators : this.toClients;
    const signals = [signal, ...(init.signal ? [init.signal] : [])];
    const options: RequestInit = { ...init, redirect: 'error', signal: AbortSignal.any(signals) };
    return http.fetch(target, options, MOST_BYTES);
  }
}
