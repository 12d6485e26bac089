import MiniSearch from 'minisearch';
import type { LoadedMember, LoadedTool } from '../../../../contracts/responses/tools.js';
import { asRecord, isRecord } from '../../../../common/json.js';
import type { DeferredTool } from '../../../translator/request/tools/deferred-tools.js';

/** An index of so many characters takes half a second on a slow machine; one field of a tool is read so far at most. */
const ALL_CHARACTERS = 400_000;
const FIELD_CHARACTERS = 1_500;
const FIELDS_READ = 2;
const QUERY_CHARACTERS = 200;
/** So many tools are indexed between two turns of the event loop. */
const CHUNK_SIZE = 5;

interface Entry {
  id: number;
  name: string;
  namespace: string;
  description: string;
  parameters: string;
}

/** Finds deferred tools by words of their names, descriptions and parameters, best first (BM25). */
export class ToolIndex {
  private readonly index = new MiniSearch<Entry>({
    fields: ['name', 'namespace', 'description', 'parameters'],
    tokenize: wordsOf,
    searchOptions: {
      boost: { name: 3, namespace: 2 },
      prefix: (word) => word.length > 2,
      tokenize: wordsOf,
    },
  });
  private filling: Promise<void> | undefined;

  constructor(private readonly tools: readonly DeferredTool[]) {}

  /** Gives what was found, the members of one namespace together. */
  async find(query: string, limit: number): Promise<LoadedTool[]> {
    this.filling ??= this.index.addAllAsync(toEntries(this.tools), { chunkSize: CHUNK_SIZE });
    await this.filling;
    const found = this.index.search(query.slice(0, QUERY_CHARACTERS)).slice(0, limit);
    return joined(found.flatMap(({ id }) => this.tools[id as number]?.loaded ?? []));
  }
}

function joined(found: readonly LoadedTool[]): LoadedTool[] {
  const tools = new Map<string, LoadedTool>();
  for (const tool of found) {
    const key = `${tool.type === 'namespace' ? 'namespace' : 'tool'} ${tool.name}`;
    const known = tools.get(key);
    if (tool.type === 'namespace' && known?.type === 'namespace') known.tools.push(...tool.tools);
    else tools.set(key, tool.type === 'namespace' ? { ...tool, tools: [...tool.tools] } : tool);
  }
  return [...tools.values()];
}

function toEntries(tools: readonly DeferredTool[]): Entry[] {
  const share = Math.floor(ALL_CHARACTERS / FIELDS_READ / tools.length);
  const most = Math.min(FIELD_CHARACTERS, share);
  return tools.map((tool, id) => toEntry(tool, id, (text) => text.slice(0, most)));
}

function toEntry(
  { identity, loaded }: DeferredTool,
  id: number,
  cut: (text: string) => string,
): Entry {
  const isInside = loaded.type === 'namespace';
  const member = isInside ? loaded.tools[0] : loaded;
  return {
    id,
    name: identity.name,
    namespace: isInside ? `${loaded.name} ${loaded.description.slice(0, 200)}` : '',
    description: cut(descriptionOf(member)),
    parameters: cut(parametersOf(member)),
  };
}

function descriptionOf(member: LoadedMember | undefined): string {
  return typeof member?.description === 'string' ? member.description : '';
}

/** What the parameters are called, and what is said of them. */
function parametersOf(member: LoadedMember | undefined): string {
  const { properties } = asRecord(member?.parameters) ?? {};
  if (!isRecord(properties)) return '';
  return Object.entries(properties)
    .map(([name, schema]) => {
      const about = isRecord(schema) ? schema.description : undefined;
      return typeof about === 'string' ? `${name} ${about}` : name;
    })
    .join(' ');
}

/** `getCustomerProfile` and `get_customer_profile` are three words. */
function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
