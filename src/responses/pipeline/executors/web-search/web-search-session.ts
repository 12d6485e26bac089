import type {
  WebSearchAction,
  WebSearchCallItem,
} from '../../../../contracts/responses/hosted-items.js';
import { placeOf, type HostedCall } from '../../../translator/stream/hosted-items.js';
import type { CallOutcome, ToolSession, ToolWork } from '../tool-executor.port.js';
import type { WebAccess } from './web-access.service.js';
import type { WebScope } from './web-scope.js';
import { WEB_SEARCH_TYPES, WebSearchToolAdapter } from './web-search-tool.adapter.js';
import { matchesText, pageText, resultsText } from './web-texts.js';

/** Holds the web searches of one response. */
export class WebSearchSession implements ToolSession {
  readonly adapters: readonly WebSearchToolAdapter[];
  /** The answer may cite these pages: their titles, by URL. */
  readonly sources = new Map<string, string>();

  constructor(
    private readonly web: WebAccess,
    private readonly scope: WebScope,
    private readonly showsSources: boolean,
  ) {
    this.adapters = WEB_SEARCH_TYPES.map((type) => new WebSearchToolAdapter(type, scope));
  }

  async run(call: HostedCall, { signal }: ToolWork): Promise<CallOutcome> {
    const item = call.item as WebSearchCallItem;
    const { text, action } = await this.act(item.action, signal);
    const at = placeOf(call);
    return {
      item: { ...item, action, status: 'completed' },
      events: [{ type: 'response.web_search_call.completed', ...at }],
      output: { text: text.slice(0, this.scope.characters), attachments: [] },
    };
  }

  private async act(
    action: WebSearchAction,
    signal: AbortSignal,
  ): Promise<{ text: string; action: WebSearchAction }> {
    const { web, scope } = this;
    if (action.type === 'search') {
      const found = await Promise.all(
        action.queries.map(async (query) => ({
          query,
          results: await web.searchFor(query, scope, signal),
        })),
      );
      const all = found.flatMap(({ results }) => results);
      for (const { url, title } of all) if (url !== undefined) this.sources.set(url, title);
      const text = found.map(({ query, results }) => resultsText(query, results)).join('\n\n');
      const urls = [...new Set(all.flatMap(({ url }) => url ?? []))];
      const sources = urls.map((url) => ({ type: 'url' as const, url }));
      const shown = this.showsSources ? { ...action, sources } : action;
      return { text: text === '' ? 'The query is empty.' : text, action: shown };
    }
    const page = await web.open(action.url, scope, signal);
    for (const url of [action.url, page.url]) this.sources.set(url, page.title);
    return action.type === 'open_page'
      ? { text: pageText(page, 1, scope.characters), action }
      : { text: matchesText(page, action.pattern, scope.characters), action };
  }
}
