import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { EnvironmentError } from './read-environment.js';
import type { RawEnvironment } from './raw-environment.js';
import type { McpServer } from './mcp-server.js';
import { readToolMap, type ToolMap } from './tool-map.js';

const LABEL = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const FIELDS = new Set(['label', 'url', 'headers', 'allowed_tools']);
const MOST_BYTES = 1024 * 1024;

/** Holds the servers of the operator, and which tools of theirs stand for tools of OpenAI's own. */
interface McpFile {
  servers: readonly McpServer[];
  map: ToolMap;
}

/**
 * Reads MCP_SERVERS: `servers: [{label, url, headers, allowed_tools}]`, and `map`. `${NAME}` in a header is a variable of the
 * environment.
 * @throws EnvironmentError with every problem; it never tells a header's value.
 */
export function readMcpFile(path: string, environment: RawEnvironment): McpFile {
  const problems: string[] = [];
  const file = contentsOf(path);
  const servers = file.servers.flatMap((entry, index) => {
    const say = (problem: string): void => {
      problems.push(`MCP_SERVERS servers[${index}] ${problem}`);
    };
    return readServer(entry, environment, say) ?? [];
  });
  const labels = servers.map(({ label }) => label);
  const doubles = labels.filter((label, index) => labels.indexOf(label) !== index);
  for (const label of doubles) problems.push(`MCP_SERVERS has two servers with the label ${label}`);
  const map = readToolMap(file.map, servers, (problem) => {
    problems.push(`MCP_SERVERS map: ${problem}`);
  });
  if (map.web_search !== undefined && (environment.WEB_SEARCH_PROVIDER ?? '') !== '')
    problems.push(
      'MCP_SERVERS map: web_search stands for the engine of WEB_SEARCH_PROVIDER; set one',
    );
  if (problems.length > 0) throw new EnvironmentError(problems);
  return { servers, map };
}

function contentsOf(path: string): { servers: readonly unknown[]; map: unknown } {
  let file: unknown;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > MOST_BYTES) throw new Error('too large');
    file = parse(bytes.toString('utf8'), { maxAliasCount: 10 });
  } catch {
    throw new EnvironmentError(['MCP_SERVERS cannot be read as YAML']);
  }
  const { servers, map } = (file ?? {}) as { servers?: unknown; map?: unknown };
  if (!Array.isArray(servers))
    throw new EnvironmentError(['MCP_SERVERS must hold a list: servers']);
  return { servers: servers as unknown[], map };
}

function readServer(
  entry: unknown,
  environment: RawEnvironment,
  say: (problem: string) => void,
): McpServer | undefined {
  if (typeof entry !== 'object' || entry === null) {
    say('must be a table');
    return undefined;
  }
  const { label, url, headers = {}, allowed_tools: tools } = entry as Record<string, unknown>;
  const unknown = Object.keys(entry).filter((field) => !FIELDS.has(field));
  if (unknown.length > 0) say(`has unknown fields: ${unknown.join(', ')}`);
  const isLabel = typeof label === 'string' && LABEL.test(label);
  if (!isLabel) say('label must begin with a letter, and have letters, digits, _ and - alone');
  const isUrl = typeof url === 'string' && /^https?:/.test(url) && URL.canParse(url);
  if (!isUrl) say('url must be an http or https URL');
  const isList = Array.isArray(tools) && tools.every((name) => typeof name === 'string');
  if (tools !== undefined && !isList) say('allowed_tools must be a list of names');
  const filled = readHeaders(headers, environment, say);
  if (!isLabel || !isUrl) return undefined;
  const allowedTools = isList ? tools : undefined;
  return { namedBy: 'operator', label, url: new URL(url), headers: filled, allowedTools };
}

function readHeaders(
  headers: unknown,
  environment: RawEnvironment,
  say: (problem: string) => void,
): Record<string, string> {
  const filled: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers as object)) {
    if (typeof value !== 'string' || !/^[A-Za-z0-9-]+$/.test(name)) {
      say(`headers.${name} must be a header with a text`);
      continue;
    }
    filled[name.toLowerCase()] = value.replace(/\$\{(\w{1,100})\}/g, (_, variable: string) => {
      const found = environment[variable];
      if (found === undefined || found === '')
        say(`headers.${name} needs the variable ${variable}`);
      return found ?? '';
    });
  }
  return filled;
}
