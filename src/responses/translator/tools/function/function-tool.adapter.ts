import type { ChatFunctionTool } from '../../../../contracts/chat/request.js';
import type {
  FunctionCallItem,
  InputItem,
  ItemStatus,
} from '../../../../contracts/responses/items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import type { WarningCollector } from '../../warning.js';
import { isRecord, nonEmptyText } from '../../../../common/json.js';
import { normalizeArguments } from '../normalize-arguments.js';
import { readCallIdentity } from '../read-call-identity.js';
import type {
  CallContext,
  CallWriter,
  HistoryCall,
  ToolCallAdapter,
  ToolDeclaration,
  UnnumberedEvent,
} from '../tool-adapter.port.js';

/** Carries plain functions, flat as in the Responses API or nested as in Chat Completions. */
export class FunctionToolAdapter implements ToolCallAdapter {
  readonly toolType = 'function';
  readonly callItemType = 'function_call';
  readonly outputItemType = 'function_call_output';
  readonly itemIdPrefix = 'fc';

  declare(tool: ResponseTool): ToolDeclaration[] {
    const source = isRecord(tool.function) ? tool.function : tool;
    const name = nonEmptyText(source.name) ?? '';
    const declared: ChatFunctionTool['function'] = { name };
    if (typeof source.description === 'string') declared.description = source.description;
    declared.parameters = readParameters(source.parameters);
    const strict = source.strict ?? tool.strict;
    if (typeof strict === 'boolean') declared.strict = strict;
    return [{ identity: { type: 'function', name }, function: declared }];
  }

  readCall(item: InputItem, param: string | null, warnings: WarningCollector): HistoryCall {
    return {
      ...readCallIdentity(item, 'function'),
      arguments: normalizeArguments(item.arguments, param, warnings),
    };
  }

  openCall(context: CallContext): CallWriter {
    return new FunctionCallWriter(context);
  }
}

/** Backends and grammar compilers refuse a function without an object schema. */
function readParameters(parameters: unknown): Record<string, unknown> {
  return isRecord(parameters) && Object.keys(parameters).length > 0
    ? parameters
    : { type: 'object', properties: {} };
}

class FunctionCallWriter implements CallWriter {
  private callArguments = '';

  constructor(private readonly context: CallContext) {}

  item(status: ItemStatus): FunctionCallItem {
    const { itemId, callId, identity } = this.context;
    return {
      type: 'function_call',
      id: itemId,
      call_id: callId,
      name: identity.name,
      ...(identity.namespace === undefined ? {} : { namespace: identity.namespace }),
      arguments: this.callArguments,
      status,
    };
  }

  push(fragment: string): UnnumberedEvent[] {
    if (fragment === '') return [];
    this.callArguments += fragment;
    return [
      {
        type: 'response.function_call_arguments.delta',
        item_id: this.context.itemId,
        output_index: this.context.outputIndex,
        delta: fragment,
      },
    ];
  }

  /** A whole call without arguments gets `{}`, as a delta too: clients parse the sum of the deltas. */
  finish(status: ItemStatus): UnnumberedEvent[] {
    const empty = status === 'completed' && this.callArguments.trim() === '';
    const events = empty ? this.push('{}') : [];
    return [
      ...events,
      {
        type: 'response.function_call_arguments.done',
        item_id: this.context.itemId,
        output_index: this.context.outputIndex,
        name: this.context.identity.name,
        arguments: this.callArguments,
      },
    ];
  }
}
