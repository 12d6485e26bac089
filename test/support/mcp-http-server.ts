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
        reply.writeHead(200, { 'content-type': 'application/json' });
        reply.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, ...result }));
      });
    });
    const own = new McpHttpServer(http, answer);
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
    if (method === 'tools/list') return { result: { tools: MCP_TOOLS } };
    if (method !== 'tools/call') return { error: { code: -32601, message: 'Method not found' } };
    return this.answer(params.name ?? '', params.arguments ?? {});
  }
}
