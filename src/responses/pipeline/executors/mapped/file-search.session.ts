import type {
  FileSearchCallItem,
  FileSearchResult,
} from '../../../../contracts/responses/hosted-items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import { asCount, asRecord, type JsonRecord } from '../../../../common/json.js';
import { namesIn, sentBy } from '../../../../config/tool-map.js';
import { NOTHING_FOUND } from '../../../translator/request/items/convert-hosted-call.js';
import { placeOf, type HostedCall } from '../../../translator/stream/hosted-items.js';
import type { CallOutcome, ToolSession, ToolWork } from '../tool-executor.port.js';
import { attributesOf, passes } from './attribute-filter.js';
import { FileSearchToolAdapter } from './file-search-tool.adapter.js';
import { unlessFailed, type MappedCaller, type MappedResult } from './mapped-caller.js';
import { entriesOf, entryField, entryText } from './mapped-entries.js';

/** OpenAI gives so many results unless the request says another number, and never more than fifty. */
const RESULTS = 20;

/** Searches files with a tool of the operator's. */
export class FileSearchSession implements ToolSession {
  readonly adapters: readonly FileSearchToolAdapter[];
  readonly files = new Map<string, string>();

  constructor(
    private readonly caller: MappedCaller,
    private readonly tool: ResponseTool,
    private readonly options: {
      showsResults: boolean;
      mostCharacters: number;
      close: () => void;
    },
  ) {
    this.adapters = [new FileSearchToolAdapter(caller.mapping)];
  }

  async run(call: HostedCall, work: ToolWork): Promise<CallOutcome> {
    const item = call.item as FileSearchCallItem;
    const results = this.selected(await this.searchFor(item.queries, work));
    for (const { filename, file_id } of results) this.files.set(filename, file_id);
    const text = results.map((found) => `${found.filename}:\n${found.text}`).join('\n\n');
    const at = placeOf(call);
    const { showsResults } = this.options;
    return {
      item: { ...item, status: 'completed', results: showsResults ? results : null },
      events: [{ type: 'response.file_search_call.completed', ...at }],
      output: { text: text === '' ? NOTHING_FOUND : text, attachments: [] },
    };
  }

  close(): void {
    this.options.close();
  }

  /** The tool is called for each query, unless it takes all of them at once. */
  private async searchFor(queries: readonly string[], work: ToolWork): Promise<FileSearchResult[]> {
    const takesAll = namesIn(this.caller.mapping.arguments).includes('queries');
    const calls = takesAll ? [queries[0] ?? ''] : queries;
    const found = await Promise.all(
      calls.map((query) => this.caller.call({ ...this.tool, query, queries }, work)),
    );
    return found.flatMap((result) => this.read(unlessFailed(result)));
  }

  private read(result: MappedResult): FileSearchResult[] {
    const { results: paths, tool } = this.caller.mapping;
    const entries = entriesOf(result, paths);
    if (entries === undefined) {
      const { text } = result;
      return text.trim() === '' ? [] : [{ file_id: tool, filename: tool, score: 1, text }];
    }
    return entries.map((entry) => toResult(entry, paths, tool));
  }

  /** What the client asked for is kept here, where the operator's tool is not told of it. */
  private selected(found: readonly FileSearchResult[]): FileSearchResult[] {
    const { filters, max_num_results: most, ranking_options: ranking } = this.tool;
    const names = sentBy(this.caller.mapping);
    const threshold = Number(asRecord(ranking)?.score_threshold ?? 0);
    const seen = new Set<string>();
    let room = this.options.mostCharacters;
    return found
      .filter((result) => {
        const key = JSON.stringify([result.file_id, result.text]);
        const isNew = !seen.has(key);
        seen.add(key);
        return isNew && result.score >= threshold;
      })
      .filter((result) => names.includes('filters') || passes(result.attributes ?? {}, filters))
      .sort((one, other) => other.score - one.score)
      .slice(0, asCount(most) ?? RESULTS)
      .flatMap((result) => {
        const text = result.text.slice(0, room);
        room -= text.length;
        return text === '' && result.text !== '' ? [] : [{ ...result, text }];
      });
  }
}

function toResult(
  entry: JsonRecord,
  paths: Readonly<Record<string, string>>,
  tool: string,
): FileSearchResult {
  const name = entryField(entry, 'filename', paths, NAMES);
  const id = entryField(entry, 'file_id', paths, ['file_id', 'id', ...NAMES]);
  const text = entryField(entry, 'text', paths, ['text', 'content', 'snippet', 'chunk', 'body']);
  const score = Number(
    entryField(entry, 'score', paths, ['score', 'relevance', 'similarity']) ?? 1,
  );
  const attributes = attributesOf(
    entryField(entry, 'attributes', paths, ['attributes', 'metadata']),
  );
  return {
    file_id: (entryText(id) ?? entryText(name) ?? tool).slice(0, 500),
    filename: (entryText(name) ?? entryText(id) ?? tool).slice(0, 300),
    score: Number.isFinite(score) ? score : 1,
    text: typeof text === 'string' ? text : JSON.stringify(text ?? entry),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

const NAMES = ['filename', 'file_name', 'path', 'title', 'name', 'uri', 'url'];
