import type { IdGenerator } from '../../../../common/id-generator.js';
import type { McpServer } from '../../../../config/mcp-server.js';
import type {
  McpListedTool,
  McpListToolsItem,
} from '../../../../contracts/responses/hosted-items.js';
import { inputItems } from '../../../translator/request/items/input-items.js';
import { placeOf, type ItemPlace } from '../../../translator/stream/hosted-items.js';
import type { HostedRequest, ToolWork } from '../tool-executor.port.js';
import { withTimeLimit } from '../with-time-limit.js';
import { toMcpError } from './mcp-errors.js';
import { isAllowed, readTools } from './mcp-tools.js';

export interface McpListing {
  ids: IdGenerator;
  /** One call, or the list of one server, may take so long. */
  callMs: number;
  /** Lists the tools of a server, or gives a list that is not old unless it has to be made anew. */
  list: (
    server: McpServer,
    signal: AbortSignal,
    anew: boolean,
  ) => Promise<readonly McpListedTool[]>;
}

/** Knows the tools of the servers of one response, and tells of them in items. */
export class McpToolLists {
  private readonly listed = new Map<string, readonly McpListedTool[]>();

  constructor(
    private readonly request: HostedRequest,
    private readonly listing: McpListing,
  ) {}

  of({ label }: McpServer): readonly McpListedTool[] {
    return this.listed.get(label) ?? [];
  }

  /** Lists the tools of a server for the first time. A list that stands in the conversation is not asked for again. */
  async begin(server: McpServer, work: ToolWork): Promise<void> {
    const { label } = server;
    const known = [...this.request.history, ...inputItems(this.request.body)].findLast(
      ({ type, server_label: of, error }) =>
        type === 'mcp_list_tools' && of === label && error == null,
    );
    if (known !== undefined) {
      this.listed.set(label, readTools(known.tools));
      return;
    }
    const { item, place, at } = this.addItem(server, work);
    try {
      const { list, callMs } = this.listing;
      const tools = await withTimeLimit(callMs, work.signal, (signal) =>
        list(server, signal, false),
      );
      this.listed.set(label, tools);
      const events = [{ type: 'response.mcp_list_tools.completed' as const, ...at }];
      work.settle(place, { item: { ...item, tools: this.allowed(server, tools) }, events });
    } catch (error) {
      const known = toMcpError(error, server);
      const message = 'message' in known ? known.message : 'The tools could not be listed.';
      const events = [{ type: 'response.mcp_list_tools.failed' as const, ...at }];
      work.settle(place, { item: { ...item, error: message }, events });
    }
  }

  /** Lists the tools that a call has changed. The next answer of the model has them; a list that is the same is not told. */
  async renew(server: McpServer, work: ToolWork): Promise<void> {
    const tools = await this.listing.list(server, work.signal, true).catch(() => undefined);
    if (tools === undefined) return;
    const shown = this.allowed(server, tools);
    const before = this.allowed(server, this.of(server));
    this.listed.set(server.label, tools);
    if (JSON.stringify(shown) === JSON.stringify(before)) return;
    const { item, place, at } = this.addItem(server, work);
    const events = [{ type: 'response.mcp_list_tools.completed' as const, ...at }];
    work.settle(place, { item: { ...item, tools: shown }, events });
  }

  private addItem(
    { label }: McpServer,
    work: ToolWork,
  ): { item: McpListToolsItem; place: ItemPlace; at: { item_id: string; output_index: number } } {
    const item: McpListToolsItem = {
      type: 'mcp_list_tools',
      id: this.listing.ids.next('mcpl'),
      server_label: label,
      tools: [],
    };
    const place = work.add(item);
    const at = placeOf(place);
    work.tell(place, [{ type: 'response.mcp_list_tools.in_progress', ...at }]);
    return { item, place, at };
  }

  private allowed(server: McpServer, tools: readonly McpListedTool[]): McpListedTool[] {
    const asked = (this.request.body.tools ?? []).filter(
      ({ type, server_label: of }) => type === 'mcp' && of === server.label,
    );
    return tools.filter((tool) => asked.some((entry) => isAllowed(tool, server, entry)));
  }
}
