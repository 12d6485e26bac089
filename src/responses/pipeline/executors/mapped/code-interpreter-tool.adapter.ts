import { isRecord, nonEmptyText, parseJson, within } from '../../../../common/json.js';
import { sentBy, type ToolMapping } from '../../../../config/tool-map.js';
import type { CodeInterpreterCallItem } from '../../../../contracts/responses/hosted-items.js';
import type { ItemStatus } from '../../../../contracts/responses/items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import { warnOfUnreadFields } from '../../../translator/request/context/unread-fields.js';
import { CustomInputUnwrapper } from '../../../translator/tools/custom/custom-input-unwrapper.js';
import {
  type CallContext,
  type CallingTool,
  type CallWriter,
  type ToolDeclaration,
  type UnnumberedEvent,
  namedAsItsType,
} from '../../../translator/tools/tool-adapter.port.js';
import type { WarningCollector } from '../../../translator/warning.js';
import { placeOf } from '../../../translator/stream/hosted-items.js';

const NAME = 'code_interpreter';

/** Makes one function of a code interpreter, whose code is shown as it is written. */
export class CodeInterpreterToolAdapter implements CallingTool {
  readonly toolType = NAME;
  readonly itemIdPrefix = 'ci';
  readonly runsHere = true;

  constructor(
    private readonly mapping: ToolMapping,
    private readonly containerId: string,
  ) {}

  declare(tool: ResponseTool, param: string | null, warnings: WarningCollector): ToolDeclaration[] {
    const sent = sentBy(this.mapping);
    warnOfUnreadFields(tool, new Set(['type', 'container', ...sent]), param, warnings);
    const { container } = tool;
    if (isRecord(container) && !sent.includes('container')) {
      warnOfUnreadFields(container, new Set(['type']), within(param, '.container'), warnings);
    }
    const code = { type: 'string', description: 'The whole program.' };
    const parameters = { type: 'object', properties: { code }, required: ['code'] };
    const description = 'Runs Python code and gives what it prints, and the images that it makes.';
    return [namedAsItsType(NAME, { description, parameters })];
  }

  openCall(context: CallContext): CallWriter {
    return new CodeCallWriter(context, this.containerId);
  }
}

class CodeCallWriter implements CallWriter {
  private readonly unwrapper = new CustomInputUnwrapper('code');
  private callArguments = '';
  private code = '';
  private hasBegun = false;

  constructor(
    private readonly context: CallContext,
    private readonly containerId: string,
  ) {}

  item(status: ItemStatus): CodeInterpreterCallItem {
    const { itemId: id } = this.context;
    const { code, containerId: container_id } = this;
    return { type: 'code_interpreter_call', id, code, container_id, outputs: null, status };
  }

  push(fragment: string): UnnumberedEvent[] {
    if (!this.unwrapper.streaming) this.callArguments += fragment;
    return [...this.begin(), ...this.delta(this.unwrapper.push(fragment))];
  }

  finish(): UnnumberedEvent[] {
    const late = this.unwrapper.streaming ? '' : bareCode(this.callArguments);
    return [
      ...this.begin(),
      ...this.delta(late),
      { type: 'response.code_interpreter_call_code.done', ...this.at, code: this.code },
      { type: 'response.code_interpreter_call.interpreting', ...this.at },
    ];
  }

  private get at(): { item_id: string; output_index: number } {
    return placeOf(this.context);
  }

  private begin(): UnnumberedEvent[] {
    if (this.hasBegun) return [];
    this.hasBegun = true;
    return [{ type: 'response.code_interpreter_call.in_progress', ...this.at }];
  }

  private delta(delta: string): UnnumberedEvent[] {
    if (delta === '') return [];
    this.code += delta;
    return [{ type: 'response.code_interpreter_call_code.delta', ...this.at, delta }];
  }
}

/** Models also send the code as it is, as a JSON string, or under another name. */
function bareCode(callArguments: string): string {
  const parsed = parseJson(callArguments);
  if (typeof parsed === 'string') return parsed;
  if (!isRecord(parsed)) return callArguments.trim() === '' ? '' : callArguments;
  return Object.values(parsed).flatMap((value) => nonEmptyText(value) ?? [])[0] ?? '';
}
