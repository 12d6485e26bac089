import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

interface RpcCall {
  id?: number;
  method: string;
  params?: { name?: string; arguments?: Record<string, unknown>; protocolVersion?: string };
}

/** Answers a call of a tool: its result, or an HTTP status. */
export type McpAnswer = (name: string, given: Record<string, unknown>) => object | number;

export const MCP_TOOLS = [
  {
    name: 'add',
    description: 'Adds two numbers.',
    inputSchema: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } },
    annotations: { readOnlyHint: true },
  },
  { name: 'erase', description: 'Erases all.', inputSchema: { type: 'object', properties: {} } },
];

/** An MCP server over streamable HTTP that answers in JSON and keeps what it was asked. */
export class McpHttpServer {
  readonly calls: RpcCall[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  /** The server says these before the result of a call, in a stream. */
  notifications: readonly object[] = [];
  tools: readonly object[] = MCP_TOOLS;
  connections = 0;
  redirectsTo: string | undefined;
  hangs = false;
  /** Every request is refused with this status. */
  refuses: number | undefined;

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    public answer: McpAnswer,
  ) {}

  static async start(answer: McpAnswer): Promise<McpHttpServer> {
    const http = createServer((request, reply) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        own.headers.push(request.headers);
        if (own.hangs) return;
        if (own.redirectsTo !== undefined) {
          reply.writeHead(307, { location: own.redirectsTo }).end();
          return;
        }
        if (own.refuses !== undefined) {
          reply.writeHead(own.refuses).end('No.');
          return;
        }
        if (request.method !== 'POST') {
          reply.writeHead(405).end();
          return;
        }
        const call = JSON.parse(Buffer.concat(parts).toString()) as RpcCall;
        own.calls.push(call);
        if (call.id === undefined) {
          reply.writeHead(202).end();
          return;
        }
        const result = own.resultOf(call);
        if (typeof result === 'number') {
          reply.writeHead(result, { 'content-type': 'text/plain' }).end('broken');
          return;
        }
        const message = JSON.stringify({ jsonrpc: '2.0', id: call.id, ...result });
        if (call.method !== 'tools/call' || own.notifications.length === 0) {
          reply.writeHead(200, { 'content-type': 'application/json' }).end(message);
          return;
        }
        reply.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const said of own.notifications) {
          reply.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...said })}\n\n`);
        }
        reply.end(`data: ${message}\n\n`);
      });
    });
    const own = new McpHttpServer(http, answer);
    http.on('connection', () => own.connections++);
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return own;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/mcp`;
  }

  countOf(method: string): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private resultOf({ method, params = {} }: RpcCall): object | number {
    if (method === 'initialize') {
      const { protocolVersion } = params;
      const serverInfo = { name: 'lab', version: '1' };
      return { result: { protocolVersion, capabilities: { tools: {} }, serverInfo } };
    }
    if (method === 'tools/list') return { result: { tools: this.tools } };
    if (method !== 'tools/call') return { error: { code: -32601, message: 'Method not found' } };
    return this.answer(params.name ?? '', params.arguments ?? {});
  }
}
