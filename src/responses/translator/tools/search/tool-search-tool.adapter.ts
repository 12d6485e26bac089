import type { InputItem, ToolSearchCallItem } from '../../../../contracts/responses/items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import { isRecord, parseJson, nonEmptyText } from '../../../../common/json.js';
import { listTools } from '../namespace/namespace-tool.adapter.js';
import { readCallIdentity } from '../read-call-identity.js';
import type {
  CallContext,
  CallWriter,
  HistoryCall,
  ToolCallAdapter,
  ToolDeclaration,
} from '../tool-adapter.port.js';
import type { ToolRegistry } from '../tool-registry.js';
import { WholeCallWriter } from '../whole-call.writer.js';

const IDENTITY = { type: 'tool_search', name: 'tool_search' };
const DESCRIPTION = 'Searches for further tools. Those that it finds can be called from then on.';
const PARAMETERS = {
  type: 'object',
  properties: {
    query: { type: 'string', description: 'What the tool should be able to do.' },
    limit: { type: 'integer', description: 'The most tools to return.' },
  },
  required: ['query'],
} as const;

/**
 * Carries `tool_search` by the client (Codex with many MCP tools), a function whose output brings tools. They never enter the
 * client's `tools`; `collectTools` offers them from the history. A search by the server has its items in the history, too.
 */
export class ToolSearchToolAdapter implements ToolCallAdapter {
  readonly toolType = 'tool_search';
  readonly callItemType = 'tool_search_call';
  readonly outputItemType = 'tool_search_output';
  readonly itemIdPrefix = 'tsc';
  readonly needsWholeArguments = true;

  declare(tool: ResponseTool): ToolDeclaration[] {
    const parameters = isRecord(tool.parameters) ? tool.parameters : PARAMETERS;
    const declared = {
      name: IDENTITY.name,
      description: nonEmptyText(tool.description) ?? DESCRIPTION,
      parameters: structuredClone<Record<string, unknown>>(parameters),
    };
    return [{ identity: IDENTITY, function: declared }];
  }

  readCall(item: InputItem): HistoryCall {
    const callArguments =
      typeof item.arguments === 'string' ? parseJson(item.arguments) : item.arguments;
    return {
      callId: readCallIdentity(item, IDENTITY.type).callId,
      identity: IDENTITY,
      arguments: JSON.stringify(isRecord(callArguments) ? callArguments : {}),
    };
  }

  /** The model reads the names by which it can call them; what they do is in the tool list. */
  readOutput({ tools }: InputItem, registry: ToolRegistry): unknown {
    const names = listTools(tools).flatMap((tool) => chatNames(tool, registry));
    return names.length === 0 ? 'No tools were found.' : `Found tools: ${names.join(', ')}`;
  }

  openCall({ itemId, callId }: CallContext): CallWriter {
    return new WholeCallWriter<ToolSearchCallItem>((callArguments) => ({
      type: 'tool_search_call',
      id: itemId,
      call_id: callId,
      execution: 'client',
      arguments: callArguments,
      status: 'completed',
    }));
  }
}

function chatNames(tool: ResponseTool, registry: ToolRegistry): string[] {
  if (tool.type !== 'namespace') {
    return [registry.chatName({ type: tool.type, name: nonEmptyText(tool.name) ?? tool.type })];
  }
  const namespace = nonEmptyText(tool.name) ?? '';
  return listTools(tool.tools).map((member) =>
    registry.chatName({ type: member.type, name: nonEmptyText(member.name) ?? '', namespace }),
  );
}
