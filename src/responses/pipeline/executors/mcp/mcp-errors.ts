import type { McpServer } from '../../../../config/mcp-server.js';
import type { McpCallError } from '../../../../contracts/responses/hosted-items.js';
import { isHttpRefusal, isProtocolError } from './mcp-library.js';

/**
 * Says what a client may know of a failure; what a server says of itself is told without the headers that it was sent. Why a
 * connection came to nothing is not told: it would map the network that the service stands in.
 */
export function toMcpError(error: unknown, server: McpServer): McpCallError {
  if (isProtocolError(error)) {
    const message = withoutSecrets(error.message, server).slice(0, 1_000);
    return { type: 'mcp_protocol_error', code: error.code, message };
  }
  if (isHttpRefusal(error)) {
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
