import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../../../config/settings.js';
import type { HostedRequest, ToolExecutor, ToolSession } from '../tool-executor.port.js';
import { WebAccess } from './web-access.service.js';
import { WebScope } from './web-scope.js';
import { WebSearchSession } from './web-search-session.js';
import { WEB_SEARCH_TYPES } from './web-search-tool.adapter.js';

/** Runs web searches with the operator's search engine. */
@Injectable()
export class WebSearchExecutor implements ToolExecutor {
  readonly toolTypes: readonly string[];

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly web: WebAccess,
  ) {
    this.toolTypes = web.isSetUp ? WEB_SEARCH_TYPES : [];
  }

  open({ body }: HostedRequest): ToolSession | undefined {
    const types: readonly string[] = WEB_SEARCH_TYPES;
    const tool = body.tools?.find(({ type }) => types.includes(type));
    if (tool === undefined) return undefined;
    const scope = new WebScope(tool, this.settings.tools.resultCharacters);
    const showsSources = body.include?.includes('web_search_call.action.sources') === true;
    return new WebSearchSession(this.web, scope, showsSources);
  }
}
