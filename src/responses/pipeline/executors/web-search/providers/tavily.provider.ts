import type { WebSearchQuery } from '../web-search-provider.port.js';
import { HttpSearchProvider, spanOf, type SearchCall } from './http-search.provider.js';

/** Tavily gives at most so many results. */
const MOST_RESULTS = 20;
const countryNames = new Intl.DisplayNames(['en'], { type: 'region' });

/** Asks Tavily. Source: docs.tavily.com, POST /search (November 2026). */
export class TavilyProvider extends HttpSearchProvider {
  constructor(
    private readonly key: string,
    private readonly base = new URL('https://api.tavily.com'),
  ) {
    super();
  }

  protected call({ query, count, domains, country, recencyDays }: WebSearchQuery): SearchCall {
    const span = spanOf(recencyDays, ['day', 'week', 'month', 'year']);
    const body = {
      query,
      max_results: Math.min(count, MOST_RESULTS),
      ...(domains.length === 0 ? {} : { include_domains: domains }),
      // It knows countries by their English names, in lower case.
      ...(country === undefined
        ? {}
        : { country: countryNames.of(country.toUpperCase())?.toLowerCase() }),
      ...(span === undefined ? {} : { time_range: span }),
    };
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return {
      url: new URL('/search', this.base),
      init,
      results: ({ results }) => results,
      snippet: 'content',
    };
  }
}
