import type { InputItem } from '../../../../contracts/responses/items.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import { within } from '../../../../common/json.js';
import { listTools } from '../../tools/namespace/namespace-tool.adapter.js';

export interface OfferedTool {
  tool: ResponseTool;
  /** The tool stands at this path of the request; null in the stored history. */
  param: string | null;
  /** Tells that it came with an item; the same tool may have been offered before. */
  fromHistory: boolean;
  /** It came with an item of this type. */
  itemType?: string;
}

/** These items bring tools: Codex's light form of a request, and what a tool search found. */
const ITEMS_WITH_TOOLS: readonly string[] = ['additional_tools', 'tool_search_output'];

/**
 * Collects all tools that the model may call: those of `tools`, then those that items brought, oldest first. A later turn only
 * appends, so the tool list that a backend has cached stays the beginning of the new one.
 */
export function collectTools(
  { tools, input }: CreateResponseBody,
  history: readonly InputItem[],
): OfferedTool[] {
  return [
    ...(tools ?? []).map((tool, index) => ({
      tool,
      param: `tools[${index}]`,
      fromHistory: false,
    })),
    ...history.flatMap((item) => toolsOfItem(item, null)),
    ...(Array.isArray(input) ? input : []).flatMap((item, index) =>
      toolsOfItem(item, `input[${index}]`),
    ),
  ];
}

function toolsOfItem(item: InputItem, param: string | null): OfferedTool[] {
  if (!ITEMS_WITH_TOOLS.includes(item.type)) return [];
  return listTools(item.tools).map((tool, index) => ({
    tool,
    param: within(param, `.tools[${index}]`),
    fromHistory: true,
    itemType: item.type,
  }));
}
