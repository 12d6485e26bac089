import { asArray, nonEmptyText, type JsonRecord } from '../../../../common/json.js';
import type {
  WebSearchAction,
  WebSearchCallItem,
} from '../../../../contracts/responses/hosted-items.js';
import {
  type CallContext,
  type CallingTool,
  type CallWriter,
  type ToolDeclaration,
  namedAsItsType,
} from '../../../translator/tools/tool-adapter.port.js';
import { WholeCallWriter } from '../../../translator/tools/whole-call.writer.js';
import type { WebScope } from './web-scope.js';
import { placeOf } from '../../../translator/stream/hosted-items.js';

/** OpenAI spells the tool in these ways. */
export const WEB_SEARCH_TYPES = [
  'web_search',
  'web_search_2025_08_26',
  'web_search_preview',
  'web_search_preview_2025_03_11',
] as const;

const NAME = 'web_search';
const MOST_QUERIES = 4;

/** Makes one function of a web search, whose arguments are the action of the item; so a call of the history is the same call. */
export class WebSearchToolAdapter implements CallingTool {
  readonly itemIdPrefix = 'ws';
  readonly runsHere = true;
  readonly needsWholeArguments = true;

  constructor(
    readonly toolType: string,
    private readonly scope: WebScope,
  ) {}

  declare(): ToolDeclaration[] {
    const { opensPages, place } = this.scope;
    const text = { type: 'string' };
    const properties = opensPages
      ? {
          type: { ...text, enum: ['search', 'open_page', 'find_in_page'] },
          query: text,
          url: text,
          pattern: text,
        }
      : { type: { ...text, enum: ['search'] }, query: text };
    const description = [
      'Searches the web: type "search" with a query.',
      ...(opensPages
        ? [
            'Type "open_page" with a url reads a page; "find_in_page" with a url and a pattern finds text on it.',
          ]
        : []),
      ...(place === undefined ? [] : [`The user is here: ${place}.`]),
      'Cite every page that you use as a Markdown link to its URL.',
    ].join(' ');
    const parameters = { type: 'object', properties, required: ['type'] };
    return [namedAsItsType(NAME, { description, parameters })];
  }

  openCall({ itemId, outputIndex }: CallContext): CallWriter {
    const at = placeOf({ itemId, outputIndex });
    return new WholeCallWriter<WebSearchCallItem>(
      (given) => ({
        type: 'web_search_call',
        id: itemId,
        action: readAction(given),
        status: 'in_progress',
      }),
      () => [
        { type: 'response.web_search_call.in_progress', ...at },
        { type: 'response.web_search_call.searching', ...at },
      ],
    );
  }
}

/** Models leave out the type, where the rest says it. */
function readAction(given: JsonRecord): WebSearchAction {
  const url = nonEmptyText(given.url);
  const pattern = nonEmptyText(given.pattern);
  if (url !== undefined && given.type !== 'search') {
    return pattern === undefined || given.type === 'open_page'
      ? { type: 'open_page', url }
      : { type: 'find_in_page', url, pattern };
  }
  const named = [given.query, given.input, ...asArray(given.queries)];
  const queries = [...new Set(named.flatMap((query) => nonEmptyText(query) ?? []))];
  return { type: 'search', query: queries[0] ?? '', queries: queries.slice(0, MOST_QUERIES) };
}
