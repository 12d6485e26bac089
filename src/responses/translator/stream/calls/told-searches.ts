import type {
  ToolSearchCallItem,
  ToolSearchOutputItem,
} from '../../../../contracts/responses/items.js';
import type { LoadedTool } from '../../../../contracts/responses/tools.js';
import type { EventSequence } from '../sequence/event-sequence.js';
import type { OutputSlot } from '../sequence/output-items.js';
import type { CallOptions } from '../sequence/stream-options.js';

/** Tells of the search by the server that brings a deferred tool, ahead of the first call of it in a conversation. */
export class ToldSearches {
  private readonly waiting: Map<string, LoadedTool>;

  constructor(
    private readonly sequence: EventSequence,
    private readonly options: CallOptions,
    private readonly openSlot: () => OutputSlot,
  ) {
    this.waiting = new Map(options.waitingTools);
  }

  tell(chatName: string | undefined): void {
    const tool = this.waiting.get(chatName ?? '');
    if (chatName === undefined || tool === undefined) return;
    this.waiting.delete(chatName);
    const { ids } = this.options;
    const searched = { call_id: null, execution: 'server', status: 'completed' } as const;
    const paths = [tool.name];
    this.add({ type: 'tool_search_call', id: ids.next('tsc'), ...searched, arguments: { paths } });
    this.add({ type: 'tool_search_output', id: ids.next('tso'), ...searched, tools: [tool] });
  }

  private add(item: ToolSearchCallItem | ToolSearchOutputItem): void {
    const slot = this.openSlot();
    const at = { output_index: slot.index };
    const begun = { ...item, status: 'in_progress' as const };
    this.sequence.emit({ type: 'response.output_item.added', ...at, item: begun });
    this.sequence.emit({ type: 'response.output_item.done', ...at, item });
    slot.close(item);
  }
}
