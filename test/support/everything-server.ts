import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

/* eslint-disable @typescript-eslint/no-deprecated -- The older transport is what is tested. */

/** The package has no types. */
const everything = '@modelcontextprotocol/server-everything/dist/server/index.js';
interface Everything {
  createServer(): { server: McpServer; cleanup: (session?: string) => void };
}

/**
 * Serves the reference server of the Model Context Protocol on this machine alone, over both of its transports: `/mcp` speaks
 * streamable HTTP, `/sse` the older one.
 */
export class EverythingServer {
  private constructor(private readonly http: ReturnType<typeof createServer>) {}

  static async start(): Promise<EverythingServer> {
    const made = (await import(everything)) as Everything;
    const sessions = new Map<string, StreamableHTTPServerTransport | SSEServerTransport>();
    const connect = async (
      transport: StreamableHTTPServerTransport | SSEServerTransport,
    ): Promise<void> => {
      const { server, cleanup } = made.createServer();
      server.server.onclose = () => {
        cleanup(transport.sessionId);
      };
      await server.connect(transport);
    };
    const http = createServer((request, reply) => {
      const url = new URL(request.url ?? '/', 'http://everything.test');
      const id = String(request.headers['mcp-session-id'] ?? url.searchParams.get('sessionId'));
      const known = sessions.get(id);
      const serve = async (): Promise<void> => {
        if (url.pathname === '/sse' && request.method === 'GET') {
          const transport = new SSEServerTransport('/message', reply);
          sessions.set(transport.sessionId, transport);
          await connect(transport);
        } else if (url.pathname === '/message' && known instanceof SSEServerTransport) {
          await known.handlePostMessage(request, reply);
        } else if (url.pathname !== '/mcp') reply.writeHead(404).end();
        else if (known instanceof StreamableHTTPServerTransport) {
          await known.handleRequest(request, reply);
        } else {
          const transport = new StreamableHTTPServerTransport({
            sessionIdGenerator: randomUUID,
            onsessioninitialized: (session) => {
              sessions.set(session, transport);
            },
          });
          await connect(transport);
          await transport.handleRequest(request, reply);
        }
      };
      serve().catch(() => {
        reply.destroy();
      });
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new EverythingServer(http);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
  }
}
