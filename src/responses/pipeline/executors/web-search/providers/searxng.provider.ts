import type { WebSearchQuery } from '../web-search-provider.port.js';
import { HttpSearchProvider, spanOf, withSites, type SearchCall } from './http-search.provider.js';

/**
 * Asks a SearXNG of the operator's own, whose `search.formats` have `json`. Source: docs.searxng.org/dev/search_api.html
 * (November 2026).
 */
export class SearxngProvider extends HttpSearchProvider {
  constructor(private readonly base: URL) {
    super();
  }

  protected call(query: WebSearchQuery): SearchCall {
    const url = new URL(`${this.base.href.replace(/\/$/, '')}/search`);
    url.searchParams.set('q', withSites(query));
    url.searchParams.set('format', 'json');
    if (query.country !== undefined) url.searchParams.set('language', localeOf(query.country));
    const span = spanOf(query.recencyDays, ['day', 'week', 'month', 'year']);
    if (span !== undefined) url.searchParams.set('time_range', span);
    return { url, init: {}, results: ({ results }) => results, snippet: 'content' };
  }
}

/** Gives the language that most people of a country speak, with the country: `de-AT`. */
function localeOf(country: string): string {
  return `${new Intl.Locale(`und-${country}`).maximize().language}-${country.toUpperCase()}`;
}
