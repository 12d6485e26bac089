import assert from 'node:assert/strict';
import type { WebSearchProvider } from '../responses/pipeline/executors/web-search/web-search-provider.port.js';
import type { ContractCheck } from './contract-check.js';

export interface WebSearchProviderUnderTest {
  provider: WebSearchProvider;
  /** It finds something for this. */
  query: string;
}

/** Gives the rules for a search engine: results are pages with words, and a search that is given up ends. */
export function webSearchProviderContract({
  provider,
  query,
}: WebSearchProviderUnderTest): ContractCheck[] {
  const asked = { query, count: 3, domains: [], country: undefined, recencyDays: undefined };
  return [
    {
      name: 'finds pages, each with its address and plain texts',
      run: async () => {
        const found = await provider.searchFor(asked, new AbortController().signal);
        assert.ok(found.length > 0, 'Nothing was found.');
        for (const { url, title, snippet } of found) {
          if (url !== undefined)
            assert.ok(['http:', 'https:'].includes(new URL(url).protocol), url);
          for (const text of [title, snippet]) assert.equal(typeof text, 'string');
        }
      },
    },
    {
      name: 'ends when it is given up',
      run: async () => {
        const given = new AbortController();
        const search = provider.searchFor(asked, given.signal).catch(() => []);
        given.abort();
        await search;
      },
    },
  ];
}
