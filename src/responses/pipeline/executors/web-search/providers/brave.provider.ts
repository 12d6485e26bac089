import { asRecord } from '../../../../../common/json.js';
import type { WebSearchQuery } from '../web-search-provider.port.js';
import { HttpSearchProvider, spanOf, withSites, type SearchCall } from './http-search.provider.js';

/** Brave gives at most so many results. */
const MOST_RESULTS = 20;

/** Asks Brave Search. Source: api-dashboard.search.brave.com, Web Search API (November 2026). */
export class BraveProvider extends HttpSearchProvider {
  constructor(
    private readonly key: string,
    private readonly base = new URL('https://api.search.brave.com'),
  ) {
    super();
  }

  protected call(query: WebSearchQuery): SearchCall {
    const url = new URL('/res/v1/web/search', this.base);
    url.searchParams.set('q', withSites(query).slice(0, 400));
    url.searchParams.set('count', String(Math.min(query.count, MOST_RESULTS)));
    if (query.country !== undefined) url.searchParams.set('country', query.country.toUpperCase());
    const span = spanOf(query.recencyDays, ['pd', 'pw', 'pm', 'py']);
    if (span !== undefined) url.searchParams.set('freshness', span);
    const headers = { accept: 'application/json', 'x-subscription-token': this.key };
    return {
      url,
      init: { headers },
      results: ({ web }) => asRecord(web)?.results,
      snippet: 'description',
    };
  }
}
