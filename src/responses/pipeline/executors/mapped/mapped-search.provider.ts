import type { ToolMapping } from '../../../../config/tool-map.js';
import { nonEmptyText } from '../../../../common/json.js';
import type { McpConnections } from '../mcp/mcp-connections.js';
import type {
  WebSearchProvider,
  WebSearchQuery,
  WebSearchResult,
} from '../web-search/web-search-provider.port.js';
import { MappedCaller, unlessFailed } from './mapped-caller.js';
import { entriesOf, entryField, entryText } from './mapped-entries.js';
import { resultsInText } from './results-in-text.js';

const MOST_SNIPPET = 10_000;

/** Searches the web with a tool of the operator's, in the place of a search engine. */
export class MappedSearchProvider implements WebSearchProvider {
  private readonly caller: MappedCaller;

  constructor(
    connections: McpConnections,
    private readonly mapping: ToolMapping,
    mostCharacters: number,
  ) {
    this.caller = new MappedCaller(connections, mapping, mostCharacters);
  }

  async searchFor(query: WebSearchQuery, signal: AbortSignal): Promise<readonly WebSearchResult[]> {
    const { recencyDays: recency_days, ...rest } = query;
    const domains = query.domains.length === 0 ? undefined : query.domains;
    const work = { signal, getsOn: () => undefined };
    const told = unlessFailed(await this.caller.call({ ...rest, domains, recency_days }, work));
    const entries = entriesOf(told, this.mapping.results);
    if (entries === undefined) return resultsInText(told.text);
    const { results: paths } = this.mapping;
    return entries.flatMap((entry) => {
      const url = nonEmptyText(entryField(entry, 'url', paths, ['url', 'link', 'href', 'uri']));
      if (url === undefined || !/^https?:\/\/.{1,2000}$/i.test(url) || !URL.canParse(url))
        return [];
      const title = entryText(entryField(entry, 'title', paths, ['title', 'name'])) ?? url;
      const text = entryText(entryField(entry, 'text', paths, TEXTS)) ?? '';
      return [{ url, title: title.slice(0, 300), snippet: text.slice(0, MOST_SNIPPET) }];
    });
  }
}

const TEXTS = ['text', 'content', 'snippet', 'description', 'summary', 'body'];
