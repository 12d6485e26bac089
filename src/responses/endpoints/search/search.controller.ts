import { charactersIn } from '../../translator/estimate-tokens.js';
import { Body, Controller, HttpCode, Inject, Logger, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { invalidRequest, unknownUrl } from '../../../common/error-table.js';
import { asCount, asRecord, nonEmptyText } from '../../../common/json.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { whenClosed } from '../../delivery/when-closed.js';
import { ToolFailure } from '../../pipeline/executors/tool-executor.port.js';
import { WebAccess } from '../../pipeline/executors/web-search/web-access.service.js';
import { WebScope } from '../../pipeline/executors/web-search/web-scope.js';
import {
  matchesText,
  pageText,
  resultsText,
} from '../../pipeline/executors/web-search/web-texts.js';
import { withTimeLimit } from '../../pipeline/executors/with-time-limit.js';
import { readCommands, type SearchCommand } from './search-commands.js';

/**
 * Codex asks here itself, where its search is a tool of its own. Pages are named by their URLs, so no replica has to remember
 * what another one has told.
 */
@Controller('v1/alpha')
export class SearchController {
  private readonly logger = new Logger(SearchController.name);

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly web: WebAccess,
  ) {}

  /** Answers 200 with `{output}`, a text for the model; a command that came to nothing says so in it. */
  @Post('search')
  @HttpCode(200)
  async search(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ output: string; encrypted_output: null }> {
    if (!this.web.isSetUp) throw unknownUrl(request.method, request.url);
    const asked = asRecord(body);
    if (asked === undefined) throw invalidRequest('The body must be a JSON object.', null);
    const gone = new AbortController();
    const stop = whenClosed(reply.raw, () => {
      gone.abort();
    });
    const { resultCharacters } = this.settings.tools;
    const most = asCount(asked.max_output_tokens) ?? Infinity;
    const characters = Math.min(resultCharacters, Math.max(1_000, charactersIn(most)));
    const settings = asRecord(asked.settings) ?? {};
    const scope = new WebScope({ search_context_size: 'high', ...settings }, characters);
    const commands = readCommands(asked);
    const share = Math.floor(scope.characters / Math.max(1, commands.length));
    try {
      const texts = await Promise.all(
        commands.map((command) => this.run(command, scope, settings, share, gone.signal)),
      );
      const output = texts.join('\n\n').slice(0, scope.characters);
      return { output: output === '' ? 'No command was given.' : output, encrypted_output: null };
    } finally {
      stop();
    }
  }

  private async run(
    command: SearchCommand,
    scope: WebScope,
    settings: Record<string, unknown>,
    most: number,
    outer: AbortSignal,
  ): Promise<string> {
    try {
      return await withTimeLimit(this.settings.tools.callMs, outer, async (signal) => {
        const text = await this.textOf(command, scope, settings, most, signal);
        return text.slice(0, most);
      });
    } catch (error) {
      if (error instanceof ToolFailure) return `Error: ${error.message}`;
      this.logger.warn({ err: error }, 'A web search failed.');
      return 'Error: The search failed.';
    }
  }

  private async textOf(
    command: SearchCommand,
    scope: WebScope,
    settings: Record<string, unknown>,
    most: number,
    signal: AbortSignal,
  ): Promise<string> {
    switch (command.kind) {
      case 'search': {
        const { query, domains, recencyDays } = command;
        const narrow =
          domains.length === 0
            ? scope
            : new WebScope({ ...settings, filters: { allowed_domains: domains } }, most);
        const found = await this.web.searchFor(query, narrow, signal, recencyDays);
        const results = found.filter(({ url }) => url === undefined || scope.has(new URL(url)));
        return `${resultsText(query, results)}\n\nThe ref_id of a page is its URL.`;
      }
      case 'open':
        return pageText(await this.open(command.url, scope, signal), command.line, most);
      case 'find':
        return matchesText(await this.open(command.url, scope, signal), command.pattern, most);
      case 'click': {
        const page = await this.open(command.url, scope, signal);
        const link = page.links[command.link];
        if (link === undefined) throw new ToolFailure(`The page has no link ${command.link}.`);
        return pageText(await this.web.open(link, scope, signal), 1, most);
      }
      case 'unknown':
        throw new ToolFailure(`'${command.name}' is not offered here.`);
    }
  }

  private open(
    address: string,
    scope: WebScope,
    signal: AbortSignal,
  ): ReturnType<WebAccess['open']> {
    if (nonEmptyText(address) === undefined || !URL.canParse(address)) {
      throw new ToolFailure(
        `The ref_id '${address.slice(0, 100)}' is not known; the ref_id of a page is its URL.`,
      );
    }
    return this.web.open(address, scope, signal);
  }
}
