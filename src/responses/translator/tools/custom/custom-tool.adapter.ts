import type {
  CustomToolCallItem,
  InputItem,
  ItemStatus,
} from '../../../../contracts/responses/items.js';
import type { ChatCustomTool } from '../../../../contracts/chat/request.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import { CustomInputUnwrapper } from './custom-input-unwrapper.js';
import { isRecord, nonEmptyText, within } from '../../../../common/json.js';
import { PatchRepairer } from './patch-repairer.js';
import { readCallIdentity } from '../read-call-identity.js';
import { recoverCustomInput } from './recover-custom-input.js';
import type {
  CallContext,
  CallWriter,
  HistoryCall,
  ToolCallAdapter,
  ToolDeclaration,
  UnnumberedEvent,
} from '../tool-adapter.port.js';

type Grammar = Extract<
  NonNullable<ChatCustomTool['custom']['format']>,
  { type: 'grammar' }
>['grammar'];

const INPUT_SCHEMA = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The raw text of the call.' } },
  required: ['input'],
  additionalProperties: false,
} as const;

/**
 * Carries freeform tools (Codex's apply_patch): each is a chat function with one string property, unwrapped on the way back, or
 * the backend's own custom tool, whose text comes in the same wrapping (`stream/calls/custom-input.ts`).
 */
export class CustomToolAdapter implements ToolCallAdapter {
  readonly toolType = 'custom';
  readonly callItemType = 'custom_tool_call';
  readonly outputItemType = 'custom_tool_call_output';
  readonly itemIdPrefix = 'ctc';

  declare(
    tool: ResponseTool,
    param: string | null,
    warnings: WarningCollector,
    customTools: BackendDialect['customTools'] = 'function',
  ): ToolDeclaration[] {
    const source = isRecord(tool.custom) ? tool.custom : tool;
    const name = nonEmptyText(source.name) ?? '';
    const grammar = readGrammar(source.format);
    const isNative = customTools === 'native';
    if (grammar !== undefined && !isNative) {
      warnings.add(
        'field_mapped',
        within(param, '.format'),
        `The grammar of '${name}' is told to the model; this backend cannot enforce it.`,
      );
    }
    const said = nonEmptyText(source.description);
    const description = [
      said,
      'Put the raw text of the call in `input`, and nothing else.',
      grammar && inWords(grammar),
    ]
      .filter((text) => text !== undefined)
      .join('\n\n');
    return [
      {
        identity: { type: 'custom', name },
        function: { name, description, parameters: structuredClone(INPUT_SCHEMA) },
        ...(isNative ? { custom: nativeForm(said, grammar) } : {}),
      },
    ];
  }

  readCall(item: InputItem): HistoryCall {
    const input = typeof item.input === 'string' ? item.input : '';
    return { ...readCallIdentity(item, 'custom'), arguments: JSON.stringify({ input }), input };
  }

  /** A bare patch without its last line may lack more than that line. */
  breaksOff(callArguments: string): boolean {
    return callArguments.includes('*** Begin Patch') && !callArguments.includes('*** End Patch');
  }

  openCall(context: CallContext): CallWriter {
    return new CustomToolCallWriter(context);
  }
}

/** Reads a grammar, flat as in the Responses API or in Chat Completions' `grammar` object. */
function readGrammar(format: unknown): Grammar | undefined {
  if (!isRecord(format)) return undefined;
  const source = isRecord(format.grammar) ? format.grammar : format;
  const definition = nonEmptyText(source.definition);
  if (definition === undefined) return undefined;
  return { syntax: nonEmptyText(source.syntax) ?? 'lark', definition };
}

function inWords({ syntax, definition }: Grammar): string {
  return `The input must match this ${syntax} grammar:\n${definition}`;
}

/** Without a grammar any text is taken, which chat's default says. */
function nativeForm(
  description: string | undefined,
  grammar: Grammar | undefined,
): NonNullable<ToolDeclaration['custom']> {
  return {
    ...(description === undefined ? {} : { description }),
    ...(grammar === undefined ? {} : { format: { type: 'grammar', grammar } }),
  };
}

class CustomToolCallWriter implements CallWriter {
  private readonly unwrapper = new CustomInputUnwrapper();
  private readonly patch: PatchRepairer | undefined;
  private callArguments = '';
  private input = '';

  constructor(private readonly context: CallContext) {
    this.patch = context.identity.name === 'apply_patch' ? new PatchRepairer() : undefined;
  }

  item(status: ItemStatus): CustomToolCallItem {
    const { itemId, callId, identity } = this.context;
    return {
      type: 'custom_tool_call',
      id: itemId,
      call_id: callId,
      name: identity.name,
      ...(identity.namespace === undefined ? {} : { namespace: identity.namespace }),
      input: this.input,
      status,
    };
  }

  push(fragment: string): UnnumberedEvent[] {
    if (!this.unwrapper.streaming) this.callArguments += fragment;
    return this.delta(this.repair(this.unwrapper.push(fragment)));
  }

  finish(): UnnumberedEvent[] {
    const late = this.unwrapper.streaming ? '' : recoverCustomInput(this.callArguments);
    const rest = this.repair(late) + (this.patch?.end() ?? '');
    if (late !== '' || this.patch?.repaired === true) {
      const message = `The input of '${this.context.identity.name}' was freed from what wrapped it.`;
      this.context.warnings.add('arguments_repaired', null, message);
    }
    return [
      ...this.delta(rest),
      {
        type: 'response.custom_tool_call_input.done',
        item_id: this.context.itemId,
        output_index: this.context.outputIndex,
        input: this.input,
      },
    ];
  }

  private repair(text: string): string {
    return this.patch?.push(text) ?? text;
  }

  private delta(delta: string): UnnumberedEvent[] {
    if (delta === '') return [];
    this.input += delta;
    return [
      {
        type: 'response.custom_tool_call_input.delta',
        item_id: this.context.itemId,
        output_index: this.context.outputIndex,
        delta,
      },
    ];
  }
}
