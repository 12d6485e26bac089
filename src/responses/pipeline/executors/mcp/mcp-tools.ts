import { asArray, asRecord, isRecord, nonEmptyText } from '../../../../common/json.js';
import type { McpServer } from '../../../../config/mcp-server.js';
import type { McpListedTool } from '../../../../contracts/responses/hosted-items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';

/** Tells whether a tool is among the names, or a filter: `[…]` or `{tool_names, read_only}`. */
function isIn(filter: unknown, { name, annotations }: McpListedTool): boolean {
  if (Array.isArray(filter)) return filter.includes(name);
  const { tool_names: names, read_only: readOnly } = asRecord(filter) ?? {};
  const isReadOnly = annotations?.readOnlyHint === true;
  if (typeof readOnly === 'boolean' && readOnly !== isReadOnly) return false;
  return names == null ? typeof readOnly === 'boolean' : asArray(names).includes(name);
}

/** Tells whether both the operator and the client allow a tool. */
export function isAllowed(
  tool: McpListedTool,
  { allowedTools }: McpServer,
  { allowed_tools: asked }: ResponseTool,
): boolean {
  if (allowedTools !== undefined && !allowedTools.includes(tool.name)) return false;
  return asked == null || isIn(asked, tool);
}

/** `require_approval` is `always`, the default, `never`, or says which tools are always or never asked for. */
export function needsApproval(
  tool: McpListedTool,
  { require_approval: rule }: ResponseTool,
): boolean {
  if (!isRecord(rule)) return rule !== 'never';
  if (rule.always != null && isIn(rule.always, tool)) return true;
  return rule.never == null || !isIn(rule.never, tool);
}

/** Reads a list that a server or an item of the history told; what is no tool, or has the name of one before it, is left out. */
export function readTools(list: unknown): McpListedTool[] {
  const tools = asArray(list)
    .slice(0, MOST_TOOLS)
    .flatMap((entry): McpListedTool[] => {
      const tool = asRecord(entry);
      const name = nonEmptyText(tool?.name);
      if (tool === undefined || name === undefined) return [];
      const description = nonEmptyText(tool.description);
      const annotations = asRecord(tool.annotations);
      return [
        {
          name,
          ...(description === undefined ? {} : { description }),
          input_schema: asRecord(tool.input_schema ?? tool.inputSchema) ?? { type: 'object' },
          ...(annotations === undefined ? {} : { annotations }),
        },
      ];
    });
  return eachOnce(tools);
}

/** A name is one tool to the model: of a server that tells it twice, the first counts. */
export function eachOnce(tools: readonly McpListedTool[]): McpListedTool[] {
  const names = new Map(tools.toReversed().map((tool) => [tool.name, tool]));
  return [...names.values()].reverse();
}

/** A server may have so many tools; others are left out. */
export const MOST_TOOLS = 500;
