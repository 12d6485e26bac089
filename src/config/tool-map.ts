import type { McpServer } from './mcp-server.js';

/** Says by which tool of an MCP server a tool of OpenAI's own is run. */
export interface ToolMapping {
  server: McpServer;
  tool: string;
  /** A text that begins with `$` stands for a value of the call or of the client's tool; all else is sent as it is. */
  arguments: Readonly<Record<string, unknown>>;
  /** Says where in what the tool brings a field of ours stands: `{text: 'body.content'}`. */
  results: Readonly<Record<string, string>>;
}

interface MappedShape {
  /** These are the arguments where the operator says none. */
  arguments: Readonly<Record<string, unknown>>;
  values: string;
  results: string;
}

const SHAPES = {
  web_search: {
    arguments: { query: '$query' },
    values: 'query count domains country recency_days',
    results: 'list url title text',
  },
  file_search: {
    arguments: { query: '$query' },
    values: 'query queries vector_store_ids filters max_num_results ranking_options',
    results: 'list file_id filename text score attributes',
  },
  code_interpreter: {
    arguments: { code: '$code' },
    values: 'code container_id container',
    results: 'logs images',
  },
  image_generation: {
    arguments: { prompt: '$prompt' },
    values:
      'prompt action background complexity frame_count frame_duration_ms input_fidelity input_image_mask model moderation output_compression output_format partial_images quality size',
    results: 'image revised_prompt',
  },
} satisfies Record<string, MappedShape>;

export type MappedType = keyof typeof SHAPES;
export type ToolMap = Readonly<Partial<Record<MappedType, ToolMapping>>>;

const FIELDS = new Set(['server', 'tool', 'arguments', 'results']);
const PATH = /^\w{1,100}(?:\.\w{1,100}){0,9}$/;

/**
 * Reads `map` of the file MCP_SERVERS: `{file_search: {server, tool, arguments, results}}`.
 * @param say is told every problem.
 */
export function readToolMap(
  given: unknown,
  servers: readonly McpServer[],
  say: (problem: string) => void,
): ToolMap {
  if (given === undefined || given === null) return {};
  if (!isTable(given)) {
    say('must be a table');
    return {};
  }
  const read = Object.entries(given).flatMap(([type, entry]) => {
    const sayOf = (problem: string): void => {
      say(`${type} ${problem}`);
    };
    const mapping = readMapping(type, entry, servers, sayOf);
    return mapping === undefined ? [] : [[type, mapping] as const];
  });
  return Object.fromEntries(read);
}

function readMapping(
  type: string,
  entry: unknown,
  servers: readonly McpServer[],
  say: (problem: string) => void,
): ToolMapping | undefined {
  if (!isMapped(type)) {
    say(`cannot be mapped; these can: ${Object.keys(SHAPES).join(', ')}`);
    return undefined;
  }
  if (!isTable(entry)) {
    say('must be a table');
    return undefined;
  }
  const shape: MappedShape = SHAPES[type];
  const unknown = Object.keys(entry).filter((field) => !FIELDS.has(field));
  if (unknown.length > 0) say(`has unknown fields: ${unknown.join(', ')}`);
  const { tool, arguments: given = shape.arguments, results = {} } = entry;
  const server = servers.find(({ label }) => label === entry.server);
  if (server === undefined) say('server must be the label of one of the servers');
  if (typeof tool !== 'string' || tool === '') say('tool must be the name of a tool');
  checkArguments(given, shape.values.split(' '), say);
  const isRead = isTable(results) && checkResults(results, shape.results.split(' '), say);
  if (!isTable(results)) say('results must be a table');
  if (server === undefined || typeof tool !== 'string' || !isTable(given) || !isRead)
    return undefined;
  return { server, tool, arguments: given, results: results as Record<string, string> };
}

function checkArguments(
  given: unknown,
  values: readonly string[],
  say: (problem: string) => void,
): void {
  if (!isTable(given)) say('arguments must be a table');
  for (const name of namesIn(given)) {
    if (PATH.test(name) && values.includes(firstOf(name))) continue;
    say(`arguments know no $${name}; these are known: ${values.join(', ')}`);
  }
}

function checkResults(
  results: Record<string, unknown>,
  fields: readonly string[],
  say: (problem: string) => void,
): boolean {
  const wrong = Object.entries(results).filter(
    ([field, path]) => !fields.includes(field) || typeof path !== 'string' || !PATH.test(path),
  );
  for (const [field] of wrong) {
    say(`results.${field} must be one of ${fields.join(', ')}, and a path such as body.text`);
  }
  return wrong.length === 0;
}

/** Lists the values that arguments stand for: `filters.type` of `$filters.type`. */
export function namesIn(given: unknown): string[] {
  if (typeof given === 'string') return /^\$[^$]/.test(given) ? [given.slice(1)] : [];
  return typeof given === 'object' && given !== null ? Object.values(given).flatMap(namesIn) : [];
}

/** Lists the fields of a call or of the client's tool whose values are sent, whole or in part. */
export function sentBy({ arguments: given }: ToolMapping): string[] {
  return namesIn(given).map(firstOf);
}

/** Gives the first name of a path. */
function firstOf(path: string): string {
  return path.split('.', 1)[0] ?? '';
}

function isMapped(type: string): type is MappedType {
  return Object.hasOwn(SHAPES, type);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
