import { invalidRequest } from '../../../../common/error-table.js';
import { asRecord, nonEmptyText } from '../../../../common/json.js';
import type { McpServer } from '../../../../config/mcp-server.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import type { HostList } from '../../outbound/host-list.js';

/**
 * Reads the server that a tool names by its own `server_url`; undefined where it names none, or one of a host that the operator does
 * not allow.
 * @throws ApiError 400 with `param`, which never tells a header's value.
 */
export function clientServer(
  tool: ResponseTool,
  param: string,
  allowed: HostList,
): McpServer | undefined {
  if (tool.server_url == null || allowed.isEmpty) return undefined;
  const label = nonEmptyText(tool.server_label);
  if (label === undefined) {
    throw invalidRequest('An MCP server needs a label.', `${param}.server_label`);
  }
  const url = readUrl(tool.server_url);
  if (url === undefined) {
    const message = 'Must be an http or https URL without user and password.';
    throw invalidRequest(message, `${param}.server_url`);
  }
  if (!allowed.allows(url)) return undefined;
  return {
    namedBy: 'client',
    label,
    url,
    headers: readHeaders(tool, param),
    allowedTools: undefined,
  };
}

function readUrl(given: unknown): URL | undefined {
  if (typeof given !== 'string' || !URL.canParse(given)) return undefined;
  const url = new URL(given);
  const isPlain = url.username === '' && url.password === '';
  return isPlain && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** These headers are the connection's or the protocol's own. */
const OWN_HEADERS = new Set([
  ...['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-type'],
  ...['upgrade', 'te', 'trailer', 'expect', 'accept', 'accept-encoding', 'last-event-id'],
  ...['mcp-session-id', 'mcp-protocol-version', 'proxy-authorization'],
]);
const MOST_HEADERS = 64;

/** `authorization` is a token of OAuth, which stands behind `Bearer`. */
function readHeaders(tool: ResponseTool, param: string): Record<string, string> {
  const { authorization, headers } = tool;
  const read: Record<string, string> = {};
  const add = (name: string, value: unknown, where: string): void => {
    const isHeader = typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]{0,8192}$/.test(value);
    if (!isHeader) throw invalidRequest('Must be a text that a header may have.', where);
    read[name] = value;
  };
  const given = headers == null ? {} : asRecord(headers);
  if (given === undefined || Object.keys(given).length > MOST_HEADERS) {
    throw invalidRequest(
      `Must be an object of at most ${MOST_HEADERS} headers.`,
      `${param}.headers`,
    );
  }
  for (const [name, value] of Object.entries(given)) {
    const isName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}$/.test(name);
    if (!isName || OWN_HEADERS.has(name.toLowerCase())) {
      throw invalidRequest('A header with this name cannot be sent.', `${param}.headers`);
    }
    add(name.toLowerCase(), value, `${param}.headers`);
  }
  const token = nonEmptyText(authorization);
  if (token !== undefined) {
    const value = /^\w+ \S/.test(token) ? token : `Bearer ${token}`;
    add('authorization', value, `${param}.authorization`);
  }
  return read;
}
