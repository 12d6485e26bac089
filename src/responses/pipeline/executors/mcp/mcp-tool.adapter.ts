import { nonEmptyText, within } from '../../../../common/json.js';
import type { McpListedTool } from '../../../../contracts/responses/hosted-items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import type {
  CallContext,
  CallingTool,
  CallWriter,
  ToolDeclaration,
} from '../../../translator/tools/tool-adapter.port.js';
import type { WarningCollector } from '../../../translator/warning.js';
import { needsApproval } from './mcp-tools.js';

/** Calls of this type wait for the client's word; no request has a tool of it. */
export const MCP_APPROVAL = 'mcp_approval';

/** Makes functions of the tools of MCP servers, and items of their calls. */
export class McpToolAdapter implements CallingTool {
  readonly toolType = 'mcp';
  readonly itemIdPrefix = 'mcp';
  readonly runsHere = true;

  /** @param toolsOf gives the tools of an entry; undefined where its server is none of the operator's. */
  constructor(
    private readonly toolsOf: (tool: ResponseTool) => readonly McpListedTool[] | undefined,
  ) {}

  declare(tool: ResponseTool, param: string | null, warnings: WarningCollector): ToolDeclaration[] {
    const label = nonEmptyText(tool.server_label) ?? '';
    const tools = this.toolsOf(tool);
    if (tools === undefined) {
      const message = `No MCP server '${label.slice(0, 100)}' is set up here; its tools were left out.`;
      warnings.add('tool_dropped', within(param, '.server_label'), message);
      return [];
    }
    for (const field of ['server_url', 'authorization', 'headers', 'connector_id']) {
      if (tool[field] == null) continue;
      const message = `'${field}' was not used: the operator says how the server is reached.`;
      warnings.add('field_ignored', within(param, `.${field}`), message);
    }
    return tools.map((listed) => ({
      identity: {
        type: needsApproval(listed, tool) ? MCP_APPROVAL : this.toolType,
        name: listed.name,
        namespace: label,
      },
      function: {
        name: listed.name,
        ...(listed.description === null ? {} : { description: listed.description }),
        parameters: listed.input_schema,
      },
    }));
  }

  openCall({ itemId, outputIndex, identity }: CallContext): CallWriter {
    const at = { item_id: itemId, output_index: outputIndex };
    let said = '';
    return {
      item: () => ({
        type: 'mcp_call',
        id: itemId,
        server_label: identity.namespace ?? '',
        name: identity.name,
        arguments: said,
        output: null,
        error: null,
        approval_request_id: null,
        status: 'in_progress',
      }),
      push: (delta) => {
        said += delta;
        return delta === '' ? [] : [{ type: 'response.mcp_call_arguments.delta', ...at, delta }];
      },
      finish: () => {
        const empty = said.trim() === '';
        if (empty) said = '{}';
        return [
          ...(empty
            ? [{ type: 'response.mcp_call_arguments.delta' as const, ...at, delta: '{}' }]
            : []),
          { type: 'response.mcp_call_arguments.done', ...at, arguments: said },
          { type: 'response.mcp_call.in_progress', ...at },
        ];
      },
    };
  }
}

/** Makes requests for approval of calls that the client must allow. */
export class McpApprovalAdapter implements CallingTool {
  readonly toolType = MCP_APPROVAL;
  readonly itemIdPrefix = 'mcpr';
  readonly needsWholeArguments = true;

  declare(
    _tool: ResponseTool,
    param: string | null,
    warnings: WarningCollector,
  ): ToolDeclaration[] {
    warnings.add('tool_dropped', within(param, '.type'), `'${MCP_APPROVAL}' is no type of tool.`);
    return [];
  }

  openCall({ itemId, identity }: CallContext): CallWriter {
    let said = '';
    return {
      item: () => ({
        type: 'mcp_approval_request',
        id: itemId,
        server_label: identity.namespace ?? '',
        name: identity.name,
        arguments: said.trim() === '' ? '{}' : said,
      }),
      push: (delta) => {
        said += delta;
        return [];
      },
      finish: () => [],
    };
  }
}
