import type { McpServer } from '../../../../config/mcp-server.js';
import { isRecord, nonEmptyText, parseJson } from '../../../../common/json.js';
import type {
  McpCallError,
  McpCallItem,
  McpListedTool,
} from '../../../../contracts/responses/hosted-items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import {
  placeOf,
  type HostedCall,
  type ItemPlace,
} from '../../../translator/stream/hosted-items.js';
import type { CallOutcome, HostedRequest, ToolSession, ToolWork } from '../tool-executor.port.js';
import { withTimeLimit } from '../with-time-limit.js';
import { approvedCalls, type ApprovedCall } from './mcp-approvals.js';
import { readResult } from './mcp-result.js';
import type { McpLinks } from './mcp-links.js';
import { callTool } from './call-tool.js';
import { toMcpError } from './mcp-errors.js';
import { McpApprovalAdapter, McpToolAdapter } from './mcp-tool.adapter.js';
import { McpToolLists, type McpListing } from './mcp-tool-lists.js';
import { isAllowed } from './mcp-tools.js';

export interface McpSessionOptions extends McpListing {
  /** Has the servers of this response, by their labels. */
  servers: ReadonlyMap<string, McpServer>;
  links: McpLinks;
  resultCharacters: number;
}

/** Holds the MCP servers of one response. */
export class McpSession implements ToolSession {
  readonly adapters = [
    new McpToolAdapter(
      (tool) => this.serverOf(tool),
      (tool) => this.toolsOf(tool),
    ),
    new McpApprovalAdapter(),
  ];
  /** The protocol has an error of its own for such arguments. */
  readonly takesText = true;
  private readonly lists: McpToolLists;
  private readonly approved: readonly ApprovedCall[];

  constructor(
    private readonly request: HostedRequest,
    private readonly options: McpSessionOptions,
  ) {
    this.approved = approvedCalls(request);
    this.lists = new McpToolLists(request, options);
  }

  async prepare(work: ToolWork): Promise<void> {
    const servers = [...this.options.servers.values()];
    await Promise.all(servers.map((server) => this.lists.begin(server, work)));
    await Promise.all(this.approved.map((call) => this.runApproved(call, work)));
  }

  run(call: HostedCall, work: ToolWork): Promise<CallOutcome> {
    return this.callTool(call.item as McpCallItem, call, call.arguments, work);
  }

  close(): void {
    this.options.links.close();
  }

  failed(call: HostedCall, message: string): CallOutcome {
    return failure(call.item as McpCallItem, call, { type: 'http_error', code: 504, message });
  }

  private get tools(): ResponseTool[] {
    return (this.request.body.tools ?? []).filter(({ type }) => type === 'mcp');
  }

  private serverOf(tool: ResponseTool): McpServer | undefined {
    return this.options.servers.get(nonEmptyText(tool.server_label) ?? '');
  }

  private toolsOf(tool: ResponseTool): readonly McpListedTool[] {
    const server = this.serverOf(tool);
    if (server === undefined) return [];
    const tools = this.lists.of(server);
    return tools.filter((listed) => isAllowed(listed, server, tool));
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
    const run = (signal: AbortSignal): Promise<CallOutcome> =>
      this.callTool(item, place, call.arguments, { ...work, signal });
    const at = placeOf(place);
    work.tell(place, [
      { type: 'response.mcp_call_arguments.delta', ...at, delta: call.arguments },
      { type: 'response.mcp_call_arguments.done', ...at, arguments: call.arguments },
      { type: 'response.mcp_call.in_progress', ...at },
    ]);
    const outcome = await withTimeLimit(this.options.callMs, work.signal, run).catch(() =>
      failure(item, place, tookTooLong),
    );
    work.settle(place, outcome);
  }

  private async callTool(
    item: McpCallItem,
    place: ItemPlace,
    said: string,
    work: ToolWork,
  ): Promise<CallOutcome> {
    const { signal } = work;
    const whole = { ...item, arguments: said };
    const { server_label: label, name } = item;
    const server = this.options.servers.get(label);
    const isOffered = this.tools.some(
      (tool) => tool.server_label === label && this.toolsOf(tool).some((of) => of.name === name),
    );
    const given = parseJson(said);
    if (server === undefined || !isOffered) return failure(whole, place, notOffered);
    if (!isRecord(given)) return failure(whole, place, noObject);
    try {
      const news = { areTold: false };
      const onListChanged = (): void => {
        news.areTold = true;
      };
      const call = { name, arguments: given };
      const result = await callTool(this.options.links, server, call, work, onListChanged);
      if (news.areTold) await this.lists.renew(server, work);
      const { text, attachments, isError } = readResult(
        result,
        server,
        this.options.resultCharacters,
      );
      if (isError) {
        return failure(whole, place, { type: 'mcp_tool_execution_error', content: text });
      }
      const at = placeOf(place);
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

const tookTooLong: McpCallError = {
  type: 'http_error',
  code: 504,
  message: 'The tool took too long.',
};
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
  const at = placeOf(place);
  return {
    item: { ...item, error, status: 'failed' },
    events: [{ type: 'response.mcp_call.failed', ...at }],
  };
}
