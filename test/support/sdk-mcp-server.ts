import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

/** A server of the protocol's own SDK over streamable HTTP, which keeps a session for each connection. */
export class SdkMcpServer {
  /** Sessions that began, and those that the client has ended. */
  begun = 0;
  ended = 0;
  private readonly sessions = new Map<string, StreamableHTTPServerTransport>();

  private constructor(private readonly http: ReturnType<typeof createServer>) {}

  /** @param register gives the tools of one session. */
  static async start(register: (server: McpServer) => void): Promise<SdkMcpServer> {
    const http = createServer((request, reply) => {
      own.serve(register, request, reply).catch(() => {
        reply.destroy();
      });
    });
    const own = new SdkMcpServer(http);
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return own;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}/mcp`;
  }

  /** The server forgets all sessions, as one that was started anew. */
  forget(): void {
    this.sessions.clear();
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
  }

  private async serve(
    register: (server: McpServer) => void,
    ...[request, reply]: Parameters<StreamableHTTPServerTransport['handleRequest']>
  ): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const known = this.sessions.get(String(id));
    if (request.method === 'DELETE') this.ended++;
    if (known !== undefined || id !== undefined) {
      if (known === undefined) reply.writeHead(404).end();
      else await known.handleRequest(request, reply);
      return;
    }
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (session) => {
        this.begun++;
        this.sessions.set(session, transport);
      },
    });
    const server = new McpServer({ name: 'lab', version: '1.0.0' });
    register(server);
    await server.connect(transport);
    await transport.handleRequest(request, reply);
  }
}
