import type { ProtocolError, SdkHttpError } from '@modelcontextprotocol/client';

type McpLibrary = typeof import('@modelcontextprotocol/client');

let loading: Promise<McpLibrary> | undefined;
let loaded: McpLibrary | undefined;

/** Loads the library with the first connection: most services have no MCP server, and it is a tenth of what a start costs. */
export async function mcpLibrary(): Promise<McpLibrary> {
  loading ??= import('@modelcontextprotocol/client');
  return (loaded = await loading);
}

/** Tells that a server refused what it was asked in the words of the protocol. Such an error exists only once the library is loaded. */
export function isProtocolError(error: unknown): error is ProtocolError {
  return loaded !== undefined && error instanceof loaded.ProtocolError;
}

/** Tells that a server answered with an HTTP status that is no success. */
export function isHttpRefusal(error: unknown): error is SdkHttpError {
  return loaded !== undefined && error instanceof loaded.SdkHttpError;
}
