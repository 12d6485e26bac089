import {
  Client,
  ProtocolError,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import type { McpServer } from '../../../../config/mcp-servers.js';
import type { McpCallError } from '../../../../contracts/responses/hosted-items.js';

/** One answer of a server may have so many bytes. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Connects to a server for one piece of work. Redirects are refused: the operator named the server, and nobody else does. */
export async function withMcpClient<Result>(
  { url, headers }: McpServer,
  signal: AbortSignal,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ name: 'responses-proxy', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(url, {
    requestInit: { headers },
    fetch: async (target, init = {}) => {
      const signals = [signal, ...(init.signal ? [init.signal] : [])];
      const reply = await fetch(target, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.any(signals),
      });
      return bounded(reply);
    },
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 1_000,
      maxReconnectionDelay: 1_000,
      reconnectionDelayGrowFactor: 1,
    },
  });
  try {
    await client.connect(transport);
    return await work(client);
  } finally {
    await client.close().catch(() => undefined);
  }
}

function bounded(reply: Response): Response {
  if (reply.body === null) return reply;
  let bytes = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) controller.error(new Error('The answer is too long.'));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = reply;
  return new Response(reply.body.pipeThrough(limit), { status, statusText, headers });
}

/** Says what a client may know of a failure; what a server says of itself is told without the operator's headers. */
export function toMcpError(error: unknown, server: McpServer): McpCallError {
  if (error instanceof ProtocolError) {
    const message = withoutSecrets(error.message, server).slice(0, 1_000);
    return { type: 'mcp_protocol_error', code: error.code, message };
  }
  if (error instanceof SdkHttpError) {
    return {
      type: 'http_error',
      code: error.status,
      message: 'The MCP server refused the request.',
    };
  }
  return { type: 'http_error', code: 502, message: 'The MCP server could not be used.' };
}

/** A server may quote what it was sent. */
export function withoutSecrets(text: string, { headers }: McpServer): string {
  const secrets = Object.values(headers).flatMap((value) => [value, ...value.split(/\s+/)]);
  return secrets
    .filter((secret) => secret.length >= 8)
    .reduce((told, secret) => told.replaceAll(secret, '***'), text);
}
