import type { Settings } from '../../../../../config/settings.js';
import type { WebSearchProvider } from '../web-search-provider.port.js';
import { BraveProvider } from './brave.provider.js';
import { SearxngProvider } from './searxng.provider.js';
import { TavilyProvider } from './tavily.provider.js';

/** Makes the provider that the settings name. The boot has checked that what it needs is there. */
export function webSearchProvider({ tools }: Settings): WebSearchProvider | undefined {
  const { provider, url, apiKey = '' } = tools.webSearch;
  switch (provider) {
    case 'searxng':
      return url === undefined ? undefined : new SearxngProvider(url);
    case 'brave':
      return new BraveProvider(apiKey, url);
    case 'tavily':
      return new TavilyProvider(apiKey, url);
    case undefined:
      return undefined;
  }
}
