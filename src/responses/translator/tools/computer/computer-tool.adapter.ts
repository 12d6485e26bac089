import type { ComputerCallItem, InputItem } from '../../../../contracts/responses/items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import { asCount, isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import type { WarningCollector } from '../../warning.js';
import { readCallIdentity } from '../read-call-identity.js';
import type {
  CallContext,
  CallWriter,
  HistoryCall,
  ToolCallAdapter,
  ToolDeclaration,
} from '../tool-adapter.port.js';
import { WholeCallWriter } from '../whole-call.writer.js';
import { batchedActions, oneAction } from './computer-schema.js';
import { readActions } from './read-actions.js';

const NAME = 'computer';
const DESCRIPTION =
  "Operates the user's screen with mouse and keyboard. Coordinates are pixels of the latest screenshot. " +
  'A screenshot comes back after each call.';

const SCREENSHOT_FOLLOWS = 'Done. The screenshot follows.';

/**
 * Carries OpenAI's `computer`, which the client runs, as a function: its calls are `computer_call` items, its outputs images.
 * The tool as it was before (`computer_use_preview`) has one action in a call.
 */
export class ComputerToolAdapter implements ToolCallAdapter {
  readonly callItemType = 'computer_call';
  readonly outputItemType = 'computer_call_output';
  readonly itemIdPrefix = 'cu';
  readonly needsWholeArguments = true;

  constructor(readonly toolType: 'computer' | 'computer_use_preview') {}

  declare(tool: ResponseTool): ToolDeclaration[] {
    const schema = this.toolType === 'computer' ? batchedActions : oneAction;
    const parameters = structuredClone<JsonRecord>(schema);
    const description = `${DESCRIPTION}${displayOf(tool)}`;
    return [{ identity: this.identity, function: { name: NAME, description, parameters } }];
  }

  readCall(item: InputItem): HistoryCall {
    const { action, actions } = item;
    return {
      callId: readCallIdentity(item, this.toolType).callId,
      identity: this.identity,
      arguments: JSON.stringify(Array.isArray(actions) ? { actions } : (action ?? {})),
    };
  }

  /** Reads a `computer_screenshot`. */
  readOutput({ output }: InputItem): unknown {
    if (!isRecord(output)) return output;
    const { image_url, file_id, detail } = output;
    return [
      { type: 'input_text', text: SCREENSHOT_FOLLOWS },
      { type: 'input_image', image_url, file_id, detail },
    ];
  }

  openCall({ itemId, callId, warnings }: CallContext): CallWriter {
    return new WholeCallWriter<ComputerCallItem>((callArguments) => ({
      type: 'computer_call',
      id: itemId,
      call_id: callId,
      ...this.actionsOf(callArguments, warnings),
      pending_safety_checks: [],
      status: 'completed',
    }));
  }

  private actionsOf(
    callArguments: JsonRecord,
    warnings: WarningCollector,
  ): Pick<ComputerCallItem, 'action' | 'actions'> {
    const actions = readActions(callArguments, warnings);
    if (this.toolType === 'computer') return { actions };
    if (actions.length > 1) {
      const message = 'A call of this tool has one action: the others of a call were left out.';
      warnings.add('arguments_invalid', null, message);
    }
    return { action: actions[0] };
  }

  private get identity(): ToolDeclaration['identity'] {
    return { type: this.toolType, name: NAME };
  }
}

function displayOf(tool: ResponseTool): string {
  const width = asCount(tool.display_width);
  const height = asCount(tool.display_height);
  const size =
    width === undefined || height === undefined ? '' : ` It is ${width} by ${height} pixels.`;
  const system = nonEmptyText(tool.environment);
  return `${size}${system === undefined ? '' : ` It shows: ${system}.`}`;
}
