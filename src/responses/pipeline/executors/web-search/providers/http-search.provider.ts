import type { OnApplicationShutdown } from '@nestjs/common';
import {
  asArray,
  asRecord,
  nonEmptyText,
  parseJson,
  type JsonRecord,
} from '../../../../../common/json.js';
import { OutboundHttp } from '../../../outbound/outbound-http.js';
import type {
  WebSearchProvider,
  WebSearchQuery,
  WebSearchResult,
} from '../web-search-provider.port.js';

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_SNIPPET = 2_000;

/** Says how an engine is asked, and where its results stand in the answer. */
export interface SearchCall {
  url: URL;
  init: RequestInit;
  results: (answer: JsonRecord) => unknown;
  snippet: string;
}

/** Asks a search engine that answers in JSON. */
export abstract class HttpSearchProvider implements WebSearchProvider, OnApplicationShutdown {
  private readonly http = new OutboundHttp();

  protected abstract call(query: WebSearchQuery): SearchCall;

  async searchFor(query: WebSearchQuery, signal: AbortSignal): Promise<readonly WebSearchResult[]> {
    const { url, init, results, snippet } = this.call(query);
    const reply = await this.http.fetch(url, { ...init, signal }, MOST_BYTES);
    const text = await reply.text();
    const answer = asRecord(parseJson(text));
    if (!reply.ok || answer === undefined) {
      throw new Error(`The search engine answered ${reply.status} and no results.`);
    }
    return asArray(results(answer)).flatMap((entry) => {
      const found = asRecord(entry);
      const link = nonEmptyText(found?.url);
      if (link === undefined || !/^https?:\/\/.{1,2000}$/i.test(link) || !URL.canParse(link))
        return [];
      const title = plainText(found?.title).slice(0, 300);
      return [{ url: link, title, snippet: plainText(found?.[snippet]).slice(0, MOST_SNIPPET) }];
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.http.close();
  }
}

/** Engines that take no list of domains take them in the query. */
export function withSites({ query, domains }: WebSearchQuery): string {
  if (domains.length === 0) return query;
  const sites = domains.slice(0, 10).map((domain) => `site:${domain}`);
  return sites.length === 1 ? `${query} ${sites[0]}` : `${query} (${sites.join(' OR ')})`;
}

/** Names the shortest span of time that has so many days. */
export function spanOf<Span>(
  days: number | undefined,
  [day, week, month, year]: readonly [Span, Span, Span, Span],
): Span | undefined {
  if (days === undefined || days > 366) return undefined;
  if (days <= 1) return day;
  if (days <= 7) return week;
  return days <= 31 ? month : year;
}

/** Engines mark what was found in HTML. */
function plainText(value: unknown): string {
  const text = nonEmptyText(value) ?? '';
  return text
    .replace(/<\/?(?:strong|b|em|span|mark)>/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
