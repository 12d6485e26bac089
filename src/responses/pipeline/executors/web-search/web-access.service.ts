import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Clock } from '../../../../common/clock.js';
import { SETTINGS, type Settings } from '../../../../config/settings.js';
import { HostList } from '../../outbound/host-list.js';
import { ToolFailure } from '../tool-executor.port.js';
import { PageReader, type WebPage } from './pages/page-reader.js';
import type { WebScope } from './web-scope.js';
import {
  WEB_SEARCH_PROVIDER,
  type WebSearchProvider,
  type WebSearchResult,
} from './web-search-provider.port.js';

/** Searches the web and opens pages, within what a request allows. */
@Injectable()
export class WebAccess implements OnApplicationShutdown {
  private readonly pages: PageReader;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(WEB_SEARCH_PROVIDER) private readonly provider: WebSearchProvider | undefined,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.pages = new PageReader(new HostList(settings.tools.webSearch.privateHosts), clock);
  }

  get isSetUp(): boolean {
    return this.provider !== undefined;
  }

  /** @throws Error when the engine cannot be asked. */
  async searchFor(
    query: string,
    scope: WebScope,
    signal: AbortSignal,
    recencyDays?: number,
  ): Promise<readonly WebSearchResult[]> {
    if (this.provider === undefined) throw new Error('No search engine is set up.');
    const asked = query.trim().slice(0, 1_000);
    if (asked === '') throw new ToolFailure('The query is empty.');
    const { allowed: domains, country, count } = scope;
    const found = await this.provider.searchFor(
      { query: asked, count, domains, country, recencyDays },
      signal,
    );
    const seen = new Set<string>();
    const wanted = found.filter(({ url }) => {
      if (url === undefined) return !scope.isLimited;
      const isNew = !seen.has(url) && scope.has(new URL(url));
      seen.add(url);
      return isNew;
    });
    return wanted.slice(0, count);
  }

  /** @throws ToolFailure in words for the model. */
  async open(address: string, scope: WebScope, signal: AbortSignal): Promise<WebPage> {
    if (!scope.opensPages) throw new ToolFailure('Pages may not be opened for this request.');
    return this.pages.read(address, (url) => scope.has(url), signal);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pages.close();
  }
}
