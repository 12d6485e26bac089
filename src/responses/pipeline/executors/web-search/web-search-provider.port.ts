/** Gives the search engine of the service, or undefined where the operator has set up none. */
export const WEB_SEARCH_PROVIDER = Symbol('WEB_SEARCH_PROVIDER');

/** Gives the one that a plugin has, as a list of at most one. */
export const OWN_WEB_SEARCH_PROVIDER = Symbol('OWN_WEB_SEARCH_PROVIDER');

export interface WebSearchQuery {
  query: string;
  /** So many results are wanted. */
  count: number;
  /** Results are wanted from these domains and those below them; empty for any. The service leaves out all others itself. */
  domains: readonly string[];
  /** Is the user's country in two letters (ISO 3166-1). */
  country: string | undefined;
  /** Results are wanted that are not older than so many days. */
  recencyDays: number | undefined;
}

export interface WebSearchResult {
  /** Is absent where an engine answers in words, and names no page. */
  url?: string;
  title: string;
  /** Says in plain text what the page has to do with the query. */
  snippet: string;
}

/** Asks a search engine. */
export interface WebSearchProvider {
  /** @throws Error when the engine cannot be asked; its message is logged, and nobody else reads it. */
  searchFor(query: WebSearchQuery, signal: AbortSignal): Promise<readonly WebSearchResult[]>;
}
