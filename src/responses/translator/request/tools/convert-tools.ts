import type { ChatCustomTool, ChatFunctionTool } from '../../../../contracts/chat/request.js';
import type { LoadedTool, ResponseTool } from '../../../../contracts/responses/tools.js';
import { nonEmptyText, within } from '../../../../common/json.js';
import type { ToolAdapterSet } from '../../tools/tool-adapter-set.js';
import { isRunHere, type ToolDeclaration } from '../../tools/tool-adapter.port.js';
import type { ToolIdentity } from '../../tools/tool-identity.js';
import { ToolRegistry } from '../../tools/tool-registry.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import type { TranslationTrace } from '../context/translation-trace.js';
import { warnOfUnreadTool } from '../context/unread-fields.js';
import {
  deferredIdentity,
  deferredTools,
  memberOf,
  searchOf,
  waitingTools,
  type SearchBy,
} from './deferred-tools.js';
import type { OfferedTool } from './collect-tools.js';
import { takesCustomTools, type CustomTools } from './custom-tools.js';

export interface ConvertedTools {
  chatTools: ChatFunctionTool[];
  /** Holds those of them that the backend takes as `custom` tools of its own. */
  customTools: CustomTools;
  registry: ToolRegistry;
  /** Holds tools that became no function; a tool choice may still name them. */
  dropped: readonly ResponseTool[];
  /** Maps a chat name to what a search by the server would have brought before its first call. */
  waiting: ReadonlyMap<string, LoadedTool>;
  /** A search by the server runs here. */
  searchesHere: boolean;
  /** Offers those of the tools of these chat names that are held back: the client has chosen them. */
  offer: (chatNames: Iterable<string>) => void;
}

interface ToolsOptions {
  dialect: BackendDialect;
  adapters: ToolAdapterSet;
  warnings: WarningCollector;
  trace?: TranslationTrace | undefined;
}

/** Makes chat functions of Responses tools, in the order in which they were offered. */
export function convertTools(
  offered: readonly OfferedTool[],
  options: ToolsOptions,
): ConvertedTools {
  const search = searchOf(offered.map(({ tool }) => tool));
  const searchesHere = search === 'server' && runsSearch(options);
  const converter = new ToolsConverter(options, search, search === 'client' || searchesHere);
  for (const { tool, param, fromHistory } of offered) converter.add(tool, param, fromHistory);
  const { chatTools, customTools, registry, dropped } = converter;
  const waiting = search === 'server' ? waitingTools(offered, registry) : new Map<string, never>();
  const offer = (names: Iterable<string>): void => {
    converter.offer(names);
  };
  return { chatTools, customTools, registry, dropped, waiting, searchesHere, offer };
}

function runsSearch({ adapters, dialect }: ToolsOptions): boolean {
  const adapter = adapters.ofType('tool_search');
  return dialect.toolSearch === 'run' && adapter !== undefined && isRunHere(adapter);
}

class ToolsConverter {
  readonly chatTools: ChatFunctionTool[] = [];
  readonly customTools = new Map<string, ChatCustomTool>();
  readonly registry: ToolRegistry;
  readonly dropped: ResponseTool[] = [];
  /** Holds the tools that a search is to bring, by their chat names. */
  private readonly held = new Map<string, ChatFunctionTool>();
  private strictDropped = false;

  constructor(
    private readonly options: ToolsOptions,
    private readonly search: SearchBy,
    private readonly holdsBack: boolean,
  ) {
    this.registry = new ToolRegistry(options.dialect.maxToolNameLength);
  }

  add(tool: ResponseTool, param: string | null, fromHistory: boolean): void {
    const { warnings, trace } = this.options;
    trace?.read(param ?? 'history', tool.type);
    const declarations = this.declarationsOf(tool, param);
    if (declarations.length === 0) this.dropped.push(tool);
    const deferred = fromHistory ? [] : deferredTools([tool]).map(({ identity }) => identity);
    const isHeld = memberOf(this.holdsBack ? deferred : []);
    if (tool.defer_loading === true && !fromHistory && declarations.length > 0) {
      const message = 'No tool search brings this tool; it is offered at once.';
      const isLost = this.search === 'nobody' || deferred.length === 0;
      if (isLost) warnings.add('field_ignored', within(param, '.defer_loading'), message);
    }
    for (const declared of declarations) {
      const declaration = { ...declared, identity: this.identityOf(declared, tool, fromHistory) };
      const isKnown = fromHistory && this.registry.has(declaration.identity);
      if (isKnown) this.bring(declaration, param);
      else this.declare(declaration, param, isHeld(declared.identity));
    }
  }

  /** Offers tools that are held back. */
  offer(chatNames: Iterable<string>): void {
    for (const name of chatNames) {
      const tool = this.held.get(name);
      if (tool !== undefined && this.held.delete(name)) this.chatTools.push(tool);
    }
  }

  private declarationsOf(tool: ResponseTool, param: string | null): ToolDeclaration[] {
    const { adapters, warnings } = this.options;
    const adapter = adapters.ofType(tool.type);
    if (adapter === undefined) {
      warnings.add('tool_dropped', within(param, '.type'), droppedMessage(tool));
      return [];
    }
    warnOfUnreadTool(tool, param, warnings);
    if (tool.type === 'tool_search' && !this.holdsBack) {
      const message = 'A tool search by the server does not run here; all tools are offered.';
      warnings.add('tool_dropped', within(param, '.execution'), message);
      return [];
    }
    const customTools = takesCustomTools(this.options.dialect) ? 'native' : 'function';
    return adapter.declare(tool, param, warnings, customTools);
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

  private declare(declaration: ToolDeclaration, param: string | null, isHeld: boolean): void {
    const name = this.registry.register(declaration.identity, within(param, '.name'));
    this.options.trace?.noteTool(name);
    if (name !== declaration.function.name) {
      this.options.warnings.add(
        'tool_renamed',
        within(param, '.name'),
        `The backend knows tool '${declaration.function.name}' as '${name}'.`,
      );
    }
    const chatTool = this.toChatTool(declaration, name, param);
    if (isHeld) this.held.set(name, chatTool);
    else this.chatTools.push(chatTool);
  }

  /** What a search found goes behind the other tools, so that the list before it stays the same. */
  private bring(declaration: ToolDeclaration, param: string | null): void {
    const name = this.registry.chatName(declaration.identity);
    this.options.trace?.noteTool(name);
    if (this.held.delete(name)) this.chatTools.push(this.toChatTool(declaration, name, param));
    else this.compare(declaration, param);
  }

  private toChatTool(
    declaration: ToolDeclaration,
    name: string,
    param: string | null,
  ): ChatFunctionTool {
    const { strict, ...declared } = declaration.function;
    const { custom } = declaration;
    if (custom !== undefined)
      this.customTools.set(name, { type: 'custom', custom: { name, ...custom } });
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
