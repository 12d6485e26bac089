import { told } from '../../../../common/describe-value.js';
import { invalidType } from '../../../../common/field-errors.js';
import type { InputItem } from '../../../../contracts/responses/items.js';
import { isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import type { ToolAdapterSet } from '../../tools/tool-adapter-set.js';
import { isRunHere, type ToolCallAdapter } from '../../tools/tool-adapter.port.js';
import type { ConversionContext } from '../context/conversion-context.js';
import { convertAgentMessage } from '../messages/convert-agent-message.js';
import { convertGeneratedImage } from './convert-generated-image.js';
import { convertCompactionItem } from './convert-compaction-item.js';
import {
  convertMultiAgentCall,
  convertProgram,
  convertProgramOutput,
  hostedCallConverters,
} from './convert-hosted-call.js';
import { convertApprovalResponse, keepApprovalRequest } from './convert-mcp-approval.js';
import { convertMessage } from '../messages/convert-message.js';
import { convertReasoningItem } from './convert-reasoning-item.js';
import { convertToolOutputItem } from '../content/convert-tool-output.js';
import { itemFields, warnOfUnreadFields } from '../context/unread-fields.js';
import { CallIdResolver } from './call-id-resolver.js';
import { itemTypeOf } from './item-type.js';
import { lastWindowIndex, outlastsCompaction } from './live-items.js';
import { ServerSearches } from './server-searches.js';

/** Puts one item into the chat history. A new item type is a converter and a line in the table below. */
type ItemConverter = (item: InputItem, param: string | null, context: ConversionContext) => void;

const itemConverters: Readonly<Record<string, ItemConverter>> = {
  message: convertMessage,
  agent_message: convertAgentMessage,
  reasoning: convertReasoningItem,
  compaction: convertCompactionItem,
  image_generation_call: convertGeneratedImage,
  ...hostedCallConverters,
  // The tools stand in the request.
  mcp_list_tools: () => undefined,
  mcp_call: (item, param, context) => {
    context.approvals.noteCall(item);
    hostedCallConverters.mcp_call?.(item, param, context);
  },
  mcp_approval_request: keepApprovalRequest,
  mcp_approval_response: convertApprovalResponse,
  program: convertProgram,
  program_output: convertProgramOutput,
  multi_agent_call: convertMultiAgentCall,
  multi_agent_call_output: convertToolOutputItem,
  // `collectTools` and `withConfigurationUpdates` have read these items before.
  additional_tools: () => undefined,
  configuration_update: () => undefined,
};

/** Converts the items of one conversation, stored history first. It remembers their ids, for references to them. */
export class InputItemsConverter {
  private readonly converters: ReadonlyMap<string, ItemConverter>;
  private readonly knownIds = new Set<string>();
  private readonly callIds = new CallIdResolver();
  private readonly searches: ServerSearches;
  private readonly runsMcp: boolean;

  constructor(
    adapters: ToolAdapterSet,
    private readonly context: ConversionContext,
  ) {
    this.converters = convertersWith(adapters);
    this.searches = new ServerSearches(context.searchesHere);
    const mcp = adapters.ofType('mcp');
    this.runsMcp = mcp !== undefined && isRunHere(mcp);
  }

  /** Adds stored history and input, from the last compaction on that stands for what is before it. */
  convertConversation(history: readonly InputItem[], input: readonly InputItem[]): void {
    const { openCompaction } = this.context;
    const inInput = lastWindowIndex(input, openCompaction);
    const inHistory = inInput < 0 ? lastWindowIndex(history, openCompaction) : history.length;
    this.convert(history, null, inHistory);
    this.convert(input, 'input', inInput);
    this.context.approvals.warn(this.context.warnings, this.runsMcp);
  }

  /**
   * Adds the items to the chat history, in their order.
   * @param path is the list's path in the request (`input`), or null for items that are not in it.
   * @param compactedBefore is the place before which a compaction stands for the items.
   */
  private convert(items: readonly InputItem[], path: string | null, compactedBefore: number): void {
    for (const [index, item] of items.entries()) {
      if (index < compactedBefore && !outlastsCompaction(item)) continue;
      const place = `${path ?? 'history'}[${index}]`;
      this.convertItem(item, path === null ? null : place, place);
    }
  }

  private convertItem(item: unknown, param: string | null, place: string): void {
    if (!isRecord(item)) {
      throw invalidType(param, 'an input item', item, param ?? 'input');
    }
    const type = itemTypeOf(item, param);
    this.context.trace?.read(place, type);
    if (this.isTaken(item, type, param)) return;
    const converter =
      type === 'item_reference' ? this.referenceConverter : this.converters.get(type);
    if (converter === undefined) {
      const message = `Input item of type '${told(type)}' is not supported and was left out.`;
      this.context.warnings.add('item_skipped', param, message);
      return;
    }
    warnOfUnreadFields(item, itemFields[type], param, this.context.warnings);
    const searched = isServerSearch(type, item) ? this.searches.resolve(item, type) : item;
    if (searched === undefined) return;
    this.context.thoughtKeys.note(searched);
    converter({ ...searched, ...this.callIds.resolve(searched, type), type }, param, this.context);
    this.rememberId(item);
  }

  /** Has an item go as it is, where the writer wants it so; an output names its call by the call's id then. */
  private isTaken(item: JsonRecord, type: string, param: string | null): boolean {
    const isOutput = type.endsWith('_output');
    const named = isOutput ? { ...item, ...this.callIds.resolve(item, type) } : item;
    if (this.context.chatHistory.takeItem?.({ ...named, type }, type, param) !== true) return false;
    if (!isOutput) this.callIds.resolve(item, type);
    this.context.thoughtKeys.note(item);
    this.rememberId(item);
    return true;
  }

  private rememberId({ id }: JsonRecord): void {
    const known = nonEmptyText(id);
    if (known !== undefined) this.knownIds.add(known);
  }

  /** An item that is in the conversation already needs no second copy, and any other one is out of reach. */
  private readonly referenceConverter: ItemConverter = (item, param) => {
    if (this.knownIds.has(nonEmptyText(item.id) ?? '')) return;
    this.context.warnings.add(
      'item_skipped',
      param,
      `Item '${String(item.id)}' is not in the conversation; the reference was left out.`,
    );
  };
}

function isServerSearch(type: string, { execution }: JsonRecord): boolean {
  return execution === 'server' && type.startsWith('tool_search_');
}

/** The adapters are the same for all requests, so their table is made once. */
const tables = new WeakMap<ToolAdapterSet, ReadonlyMap<string, ItemConverter>>();

function convertersWith(adapters: ToolAdapterSet): ReadonlyMap<string, ItemConverter> {
  const known = tables.get(adapters);
  if (known !== undefined) return known;
  const table = new Map(Object.entries(itemConverters));
  for (const adapter of adapters.withCalls) {
    table.set(adapter.callItemType, toolCallConverter(adapter));
    table.set(adapter.outputItemType, toolOutputConverter(adapter));
  }
  tables.set(adapters, table);
  return table;
}

function toolCallConverter(adapter: ToolCallAdapter): ItemConverter {
  return (item, param, { chatHistory, registry, warnings }) => {
    const call = adapter.readCall(item, param, warnings);
    chatHistory.addCall({
      id: call.callId,
      name: registry.chatName(call.identity),
      arguments: call.arguments,
      input: call.input,
      isRunning: item.async === true,
      param,
      outputType: adapter.outputItemType,
    });
  };
}

function toolOutputConverter(adapter: ToolCallAdapter): ItemConverter {
  if (adapter.readOutput === undefined) return convertToolOutputItem;
  return (item, param, context) => {
    const output = adapter.readOutput?.(item, context.registry);
    convertToolOutputItem({ ...item, output }, param, context);
  };
}
