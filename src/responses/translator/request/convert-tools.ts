import type { ChatFunctionTool } from '../../../contracts/chat/request.js';
import type { ResponseTool } from '../../../contracts/responses/tools.js';
import { readText } from '../../tools/json-value.js';
import type { ToolAdapter, ToolDeclaration } from '../../tools/tool-adapter.port.js';
import { ToolRegistry } from '../../tools/tool-registry.js';
import type { BackendDialect } from '../dialect.js';
import type { WarningCollector } from '../warning.js';

export interface ConvertedTools {
  chatTools: ChatFunctionTool[];
  registry: ToolRegistry;
  /** Tools that no adapter carries; a tool choice may still name them. */
  dropped: readonly ResponseTool[];
}

interface ToolsOptions {
  dialect: BackendDialect;
  adapters: readonly ToolAdapter[];
  warnings: WarningCollector;
}

/** Responses tools -> chat functions, in the client's order. */
export function convertTools(
  tools: readonly ResponseTool[],
  { dialect, adapters, warnings }: ToolsOptions,
): ConvertedTools {
  const registry = new ToolRegistry(dialect.maxToolNameLength);
  const byType = new Map(adapters.map((adapter) => [adapter.toolType, adapter]));
  const chatTools: ChatFunctionTool[] = [];
  const dropped: ResponseTool[] = [];
  let strictDropped = false;
  for (const [index, tool] of tools.entries()) {
    const param = `tools[${index}]`;
    const adapter = byType.get(tool.type);
    if (adapter === undefined) {
      dropped.push(tool);
      warnings.add('tool_dropped', `${param}.type`, droppedMessage(tool));
      continue;
    }
    for (const declaration of adapter.declare(tool, param, warnings)) {
      const chatTool = toChatTool(declaration, param, registry, warnings);
      if (dialect.strictTools === 'drop' && chatTool.function.strict !== undefined) {
        if (chatTool.function.strict && !strictDropped) warnStrict(param, warnings);
        strictDropped ||= chatTool.function.strict;
        delete chatTool.function.strict;
      }
      chatTools.push(chatTool);
    }
  }
  return { chatTools, registry, dropped };
}

function toChatTool(
  declaration: ToolDeclaration,
  param: string,
  registry: ToolRegistry,
  warnings: WarningCollector,
): ChatFunctionTool {
  const name = registry.register(declaration.identity, `${param}.name`);
  if (name !== declaration.function.name) {
    warnings.add(
      'tool_renamed',
      `${param}.name`,
      `The backend knows tool '${declaration.function.name}' as '${name}'.`,
    );
  }
  return { type: 'function', function: { ...declaration.function, name } };
}

/** Once per request: SDKs set it on every tool. */
function warnStrict(param: string, warnings: WarningCollector): void {
  warnings.add(
    'field_ignored',
    `${param}.strict`,
    'This backend does not enforce strict tool schemas; `strict` was not sent.',
  );
}

function droppedMessage(tool: ResponseTool): string {
  const name = readText(tool.name);
  return `Tool ${name === undefined ? '' : `'${name}' `}of type '${tool.type}' is not supported and was left out.`;
}
