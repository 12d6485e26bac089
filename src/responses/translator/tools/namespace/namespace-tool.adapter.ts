import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import { CustomToolAdapter } from '../custom/custom-tool.adapter.js';
import { FunctionToolAdapter } from '../function/function-tool.adapter.js';
import { isRecord, nonEmptyText, within } from '../../../../common/json.js';
import { warnOfUnreadTool } from '../../request/context/unread-fields.js';
import type { ToolAdapter, ToolDeclaration } from '../tool-adapter.port.js';
import { flatName } from '../tool-registry.js';

/**
 * Carries `{type: namespace, name, description, tools}`, Codex's form of MCP servers and agent tools. Each tool inside is a chat
 * function `<namespace>__<name>`; its calls are those of its own type, with name and namespace apart again.
 */
export class NamespaceToolAdapter implements ToolAdapter {
  readonly toolType = 'namespace';
  private readonly members: readonly ToolAdapter[] = [
    new FunctionToolAdapter(),
    new CustomToolAdapter(),
  ];

  declare(
    tool: ResponseTool,
    param: string | null,
    warnings: WarningCollector,
    customTools?: BackendDialect['customTools'],
  ): ToolDeclaration[] {
    const namespace = nonEmptyText(tool.name) ?? '';
    const declarations: ToolDeclaration[] = [];
    let shown: ToolDeclaration | undefined;
    for (const [index, member] of listTools(tool.tools).entries()) {
      const path = within(param, `.tools[${index}]`);
      const adapter = this.members.find((candidate) => candidate.toolType === member.type);
      if (adapter === undefined) {
        const message = `A tool of type '${member.type}' cannot be in a namespace; it was left out.`;
        warnings.add('tool_dropped', within(path, '.type'), message);
        continue;
      }
      warnOfUnreadTool(member, path, warnings);
      for (const declared of adapter.declare(member, path, warnings, customTools)) {
        const identity = { ...declared.identity, namespace };
        const named = { ...declared.function, name: flatName(identity) };
        const made: ToolDeclaration = { ...declared, identity, function: named };
        declarations.push(made);
        if (member.defer_loading !== true) shown ??= made;
      }
    }
    addDescription(shown ?? declarations[0], namespace, nonEmptyText(tool.description));
    return declarations;
  }
}

/** Chat has no place for what the namespace as a whole is; its first tool that is not deferred tells it. */
function addDescription(
  first: ToolDeclaration | undefined,
  namespace: string,
  description: string | undefined,
): void {
  if (first === undefined || description === undefined) return;
  const about = `Tools of '${namespace}': ${description}`;
  for (const form of [first.function, first.custom]) {
    if (form === undefined) continue;
    form.description = form.description === undefined ? about : `${about}\n\n${form.description}`;
  }
}

/** Lists the tools of a namespace or of an item that brings tools; what is no tool was refused before. */
export function listTools(tools: unknown): ResponseTool[] {
  if (!Array.isArray(tools)) return [];
  return tools.filter(
    (tool: unknown): tool is ResponseTool => isRecord(tool) && typeof tool.type === 'string',
  );
}
