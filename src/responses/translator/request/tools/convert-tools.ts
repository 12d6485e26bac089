import type { ChatFunctionTool } from '../../../../contracts/chat/request.js';
import type { LoadedTool, ResponseTool } from '../../../../contracts/responses/tools.js';
import { nonEmptyText, within } from '../../../../common/json.js';
import type { ToolAdapterSet } from '../../tools/tool-adapter-set.js';
import type { ToolDeclaration, ToolIdentity } from '../../tools/tool-adapter.port.js';
import { ToolRegistry } from '../../tools/tool-registry.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import { toolFields, warnOfUnreadFields } from '../unread-fields.js';
import { deferredIdentity, searchOf, waitingTools, type SearchBy } from './deferred-tools.js';
import type { OfferedTool } from './collect-tools.js';

export interface ConvertedTools {
  chatTools: ChatFunctionTool[];
  registry: ToolRegistry;
  /** Holds tools that became no function; a tool choice may still name them. */
  dropped: readonly ResponseTool[];
  /** Maps a chat name to what a search by the server would have brought before its first call. */
  waiting: ReadonlyMap<string, LoadedTool>;
}

interface ToolsOptions {
  dialect: BackendDialect;
  adapters: ToolAdapterSet;
  warnings: WarningCollector;
}

/** Makes chat functions of Responses tools, in the order in which they were offered. */
export function convertTools(
  offered: readonly OfferedTool[],
  options: ToolsOptions,
): ConvertedTools {
  const search = searchOf(offered.map(({ tool }) => tool));
  const converter = new ToolsConverter(options, search);
  for (const { tool, param, fromHistory } of offered) converter.add(tool, param, fromHistory);
  const { chatTools, registry, dropped } = converter;
  const waiting = search === 'server' ? waitingTools(offered, registry) : new Map<string, never>();
  return { chatTools, registry, dropped, waiting };
}

class ToolsConverter {
  readonly chatTools: ChatFunctionTool[] = [];
  readonly registry: ToolRegistry;
  readonly dropped: ResponseTool[] = [];
  private strictDropped = false;

  constructor(
    private readonly options: ToolsOptions,
    private readonly search: SearchBy,
  ) {
    this.registry = new ToolRegistry(options.dialect.maxToolNameLength);
  }

  add(tool: ResponseTool, param: string | null, fromHistory: boolean): void {
    const { adapters, warnings } = this.options;
    const adapter = adapters.ofType(tool.type);
    if (adapter === undefined) {
      warnings.add('tool_dropped', within(param, '.type'), droppedMessage(tool));
    } else warnOfUnreadFields(tool, toolFields[tool.type], param, warnings);
    const declarations = adapter?.declare(tool, param, warnings) ?? [];
    if (declarations.length === 0) this.dropped.push(tool);
    if (tool.defer_loading === true && !fromHistory && this.search === 'nobody') {
      const message =
        'No tool search is offered that could bring this tool; it is offered at once.';
      warnings.add('field_ignored', within(param, '.defer_loading'), message);
    }
    for (const declared of declarations) {
      const declaration = { ...declared, identity: this.identityOf(declared, tool, fromHistory) };
      const isKnown = fromHistory && this.registry.has(declaration.identity);
      if (isKnown) this.compare(declaration, param);
      else this.declare(declaration, param);
    }
  }

  /** A search may bring a deferred tool without saying any more that it was deferred. */
  private identityOf(
    { identity }: ToolDeclaration,
    { type, defer_loading: deferred }: ResponseTool,
    fromHistory: boolean,
  ): ToolIdentity {
    if (type !== 'function' || this.search !== 'server') return identity;
    const held = deferredIdentity(identity);
    return deferred === true || (fromHistory && this.registry.has(held)) ? held : identity;
  }

  private declare(declaration: ToolDeclaration, param: string | null): void {
    const name = this.registry.register(declaration.identity, within(param, '.name'));
    if (name !== declaration.function.name) {
      this.options.warnings.add(
        'tool_renamed',
        within(param, '.name'),
        `The backend knows tool '${declaration.function.name}' as '${name}'.`,
      );
    }
    this.chatTools.push(this.toChatTool(declaration, name, param));
  }

  private toChatTool(
    declaration: ToolDeclaration,
    name: string,
    param: string | null,
  ): ChatFunctionTool {
    const { strict, ...declared } = declaration.function;
    const chatTool: ChatFunctionTool = { type: 'function', function: { ...declared, name } };
    if (strict === undefined) return chatTool;
    if (this.options.dialect.strictTools === 'pass') chatTool.function.strict = strict;
    else if (strict) this.warnStrict(param);
    return chatTool;
  }

  /** A search may find what is offered already; only another definition would be a loss. */
  private compare({ identity, function: declared }: ToolDeclaration, param: string | null): void {
    const name = this.registry.chatName(identity);
    const offered = this.chatTools.find((tool) => tool.function.name === name)?.function;
    if (JSON.stringify(offered?.parameters) === JSON.stringify(declared.parameters)) return;
    this.options.warnings.add(
      'tool_duplicate',
      param,
      `Tool '${declared.name}' was offered before with other parameters; those are kept.`,
    );
  }

  /** Warns once per request, since SDKs set it on every tool. */
  private warnStrict(param: string | null): void {
    if (this.strictDropped) return;
    this.strictDropped = true;
    this.options.warnings.add(
      'field_ignored',
      within(param, '.strict'),
      'This backend does not enforce strict tool schemas; `strict` was not sent.',
    );
  }
}

function droppedMessage(tool: ResponseTool): string {
  const name = nonEmptyText(tool.name);
  return `Tool ${name === undefined ? '' : `'${name}' `}of type '${tool.type}' is not supported and was left out.`;
}
