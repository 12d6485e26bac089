import type { McpServer } from '../../../../config/mcp-servers.js';
import { isRecord, nonEmptyText, parseJson } from '../../../../common/json.js';
import type { IdGenerator } from '../../../../common/id-generator.js';
import type {
  McpCallError,
  McpCallItem,
  McpListedTool,
  McpListToolsItem,
} from '../../../../contracts/responses/hosted-items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import { inputItems } from '../../../translator/request/items/input-items.js';
import type { HostedCall, ItemPlace } from '../../../translator/stream/hosted-items.js';
import type { CallOutcome, HostedRequest, ToolSession, ToolWork } from '../tool-executor.port.js';
import { approvedCalls, type ApprovedCall } from './mcp-approvals.js';
import { readResult } from './mcp-result.js';
import { toMcpError, withMcpClient } from './mcp-client.js';
import { McpApprovalAdapter, McpToolAdapter } from './mcp-tool.adapter.js';
import { isAllowed, readTools } from './mcp-tools.js';

export interface McpSessionOptions {
  servers: ReadonlyMap<string, McpServer>;
  ids: IdGenerator;
  resultCharacters: number;
  /** Lists the tools of a server, or gives a list that is not old. */
  list: (server: McpServer, signal: AbortSignal) => Promise<readonly McpListedTool[]>;
}

/** Holds the MCP servers of one response. */
export class McpSession implements ToolSession {
  readonly adapters = [new McpToolAdapter((tool) => this.toolsOf(tool)), new McpApprovalAdapter()];
  private readonly listed = new Map<string, readonly McpListedTool[]>();
  private readonly approved: readonly ApprovedCall[];

  constructor(
    private readonly request: HostedRequest,
    private readonly options: McpSessionOptions,
  ) {
    this.approved = approvedCalls(request);
  }

  async prepare(work: ToolWork): Promise<void> {
    const labels = this.tools.flatMap(({ server_label: label }) => nonEmptyText(label) ?? []);
    for (const label of new Set(labels)) {
      const server = this.options.servers.get(label);
      if (server !== undefined) await this.listTools(server, work);
    }
    await Promise.all(this.approved.map((call) => this.runApproved(call, work)));
  }

  run(call: HostedCall, { signal }: ToolWork): Promise<CallOutcome> {
    return this.callTool(call.item as McpCallItem, call, call.arguments, signal);
  }

  failed(call: HostedCall, message: string): CallOutcome {
    return failure(call.item as McpCallItem, call, { type: 'http_error', code: 504, message });
  }

  private get tools(): ResponseTool[] {
    return (this.request.body.tools ?? []).filter(({ type }) => type === 'mcp');
  }

  private toolsOf(tool: ResponseTool): readonly McpListedTool[] | undefined {
    const server = this.options.servers.get(nonEmptyText(tool.server_label) ?? '');
    if (server === undefined) return undefined;
    const tools = this.listed.get(server.label) ?? [];
    return tools.filter((listed) => isAllowed(listed, server, tool));
  }

  /** A list that stands in the conversation is not asked for again. */
  private async listTools(server: McpServer, work: ToolWork): Promise<void> {
    const { label } = server;
    const known = [...this.request.history, ...inputItems(this.request.body)].findLast(
      ({ type, server_label: of, error }) =>
        type === 'mcp_list_tools' && of === label && error == null,
    );
    if (known !== undefined) {
      this.listed.set(label, readTools(known.tools));
      return;
    }
    const item: McpListToolsItem = {
      type: 'mcp_list_tools',
      id: this.options.ids.next('mcpl'),
      server_label: label,
      tools: [],
      error: null,
    };
    const place = work.add(item);
    const at = { item_id: place.itemId, output_index: place.outputIndex };
    work.tell(place, [{ type: 'response.mcp_list_tools.in_progress', ...at }]);
    try {
      const tools = await this.options.list(server, work.signal);
      this.listed.set(label, tools);
      const shown = this.tools.filter(({ server_label: of }) => of === label);
      const allowed = tools.filter((tool) => shown.some((asked) => isAllowed(tool, server, asked)));
      const events = [{ type: 'response.mcp_list_tools.completed' as const, ...at }];
      work.settle(place, { item: { ...item, tools: allowed }, events });
    } catch (error) {
      const known = toMcpError(error, server);
      const message = 'message' in known ? known.message : 'The tools could not be listed.';
      const events = [{ type: 'response.mcp_list_tools.failed' as const, ...at }];
      work.settle(place, { item: { ...item, error: message }, events });
    }
  }

  private async runApproved(call: ApprovedCall, work: ToolWork): Promise<void> {
    const item: McpCallItem = {
      type: 'mcp_call',
      id: this.options.ids.next('mcp'),
      server_label: call.label,
      name: call.name,
      arguments: call.arguments,
      output: null,
      error: null,
      approval_request_id: call.requestId,
      status: 'in_progress',
    };
    const place = work.add({ ...item, arguments: '' });
    const at = { item_id: place.itemId, output_index: place.outputIndex };
    work.tell(place, [
      { type: 'response.mcp_call_arguments.delta', ...at, delta: call.arguments },
      { type: 'response.mcp_call_arguments.done', ...at, arguments: call.arguments },
      { type: 'response.mcp_call.in_progress', ...at },
    ]);
    work.settle(place, await this.callTool(item, place, call.arguments, work.signal));
  }

  private async callTool(
    item: McpCallItem,
    place: ItemPlace,
    said: string,
    signal: AbortSignal,
  ): Promise<CallOutcome> {
    const whole = { ...item, arguments: said };
    const { server_label: label, name } = item;
    const server = this.options.servers.get(label);
    const isOffered = this.tools.some(
      (tool) => tool.server_label === label && this.toolsOf(tool)?.some((of) => of.name === name),
    );
    const given = parseJson(said);
    if (server === undefined || !isOffered) return failure(whole, place, notOffered);
    if (!isRecord(given)) return failure(whole, place, noObject);
    try {
      const result = await withMcpClient(server, signal, (client) =>
        client.callTool({ name, arguments: given }, { signal }),
      );
      const { text, attachments, isError } = readResult(
        result,
        server,
        this.options.resultCharacters,
      );
      if (isError) {
        return failure(whole, place, { type: 'mcp_tool_execution_error', content: text });
      }
      const at = { item_id: place.itemId, output_index: place.outputIndex };
      return {
        item: { ...whole, output: text, status: 'completed' },
        events: [{ type: 'response.mcp_call.completed', ...at }],
        ...(attachments.length === 0 ? {} : { output: { text, attachments } }),
      };
    } catch (error) {
      // The time limit has its own words.
      if (signal.aborted) throw error;
      return failure(whole, place, toMcpError(error, server));
    }
  }
}

const notOffered: McpCallError = {
  type: 'mcp_protocol_error',
  code: -32602,
  message: 'This tool is not offered.',
};
const noObject: McpCallError = {
  type: 'mcp_protocol_error',
  code: -32602,
  message: 'The arguments are no JSON object.',
};

/** The item says why, and the model reads it there. */
function failure(item: McpCallItem, place: ItemPlace, error: McpCallError): CallOutcome {
  const at = { item_id: place.itemId, output_index: place.outputIndex };
  return {
    item: { ...item, error, status: 'failed' },
    events: [{ type: 'response.mcp_call.failed', ...at }],
  };
}
