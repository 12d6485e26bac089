import { backendStreamBroken } from '../../../../common/error-table.js';
import type { CallWriter, CallingTool } from '../../tools/tool-adapter.port.js';
import type { ToolIdentity } from '../../tools/tool-identity.js';
import type { ToolRegistry } from '../../tools/tool-registry.js';
import type { WarningCollector } from '../../warning.js';
import type { OutputSlot } from '../sequence/output-items.js';
import type { DoneCall } from '../../thought.js';
import { PLACEHOLDER } from './new-arguments.js';
import { endsInsideJson } from './ends-inside-json.js';
import { isCompleteJson, type AssembledCall } from './tool-call-assembler.js';

/** This is a call of the answer on its way to be an output item. */
export interface StreamedCall extends AssembledCall {
  /**
   * The writer has not been given this end of `arguments`. It is kept apart, since a slice of the growing whole would copy all of
   * it with every fragment.
   */
  unsent: string;
  /** The writer has been given something. */
  sending: boolean;
  /** Says whose call it is; undefined before its name is known, and when it is suppressed. */
  tool: { identity: ToolIdentity; adapter: CallingTool } | undefined;
  /** Holds its place and writer; undefined while the call is no output item. */
  shown: { slot: OutputSlot; writer: CallWriter } | undefined;
  suppressed: boolean;
}

export function newCall(): StreamedCall {
  return {
    id: undefined,
    name: undefined,
    arguments: '',
    mayBeWhole: false,
    isText: false,
    replaced: false,
    unsent: '',
    sending: false,
    tool: undefined,
    shown: undefined,
    suppressed: false,
  };
}

/** Tells that it has a tool, but is no output item before its arguments are whole. */
export function isHeld({ tool, shown }: StreamedCall): boolean {
  return tool !== undefined && shown === undefined;
}

type ShownCall = StreamedCall & { shown: NonNullable<StreamedCall['shown']> };

/** This call is run here: its arguments are whole, and its item is open. */
export type HostedStreamedCall = ShownCall & { tool: NonNullable<StreamedCall['tool']> };

export function isHosted(call: StreamedCall): call is HostedStreamedCall {
  return runsHere(call) && call.shown?.slot.isOpen === true;
}

export function runsHere({ tool }: StreamedCall): boolean {
  return tool?.adapter.runsHere === true;
}

export function isShown(call: StreamedCall): call is ShownCall {
  return call.shown !== undefined;
}

/** Gives none for a call that was left out. */
export function doneCallOf({ shown: { slot }, extraContent }: ShownCall): DoneCall[] {
  const { item } = slot;
  // A call that was run here is known by its item.
  const callId = item !== undefined && 'call_id' in item ? item.call_id : (item?.id ?? null);
  return callId === null ? [] : [{ callId, extraContent }];
}

export function isWhole({ arguments: text }: StreamedCall): boolean {
  return text.trim() === '' || isCompleteJson(text);
}

/**
 * Tells whether the backend stopped in the middle of the arguments. Finish reasons do not say so: gateways cut an answer at their
 * own limit and still say `stop` (QwenLM/qwen-code#9882, August 2026). Only the text itself does.
 */
export function isUnclosed({ arguments: text, tool }: StreamedCall): boolean {
  if (isCompleteJson(text)) return false;
  return endsInsideJson(text) || tool?.adapter.breaksOff?.(text) === true;
}

/**
 * Arguments that begin with a quote are held back until it is clear whether they are JSON in a string, and a first `{}`
 * until it is clear that it is no placeholder for what follows.
 */
export function mayBeDoubleEncoded(call: StreamedCall): boolean {
  if (call.sending) return false;
  return /^\s*(?:"|$)/.test(call.unsent) || PLACEHOLDER.test(call.unsent.slice(0, 16));
}

/** A number or a bare word may go on behind a cut; an object, an array or a string that parses has closed itself. */
export function isClosedJson({ arguments: text }: StreamedCall): boolean {
  return /[}\]"]\s*$/.test(text.slice(-100)) && isCompleteJson(text);
}

/** Finds the tool whose name a model wrote in another way. */
export function repairName(said: string, tools: ToolRegistry, warnings: WarningCollector): string {
  const name = tools.offeredName(said);
  if (name !== said) {
    const message = `The model called '${said.slice(0, 100)}', which was read as '${name}'.`;
    warnings.add('stream_repaired', null, message);
  }
  return name;
}

/** Tells that the service runs the call, now or once it is allowed: wrong arguments are told to the model then. */
export function mayBeWrong({ tool }: StreamedCall): boolean {
  return tool?.adapter.runsHere === true || tool?.adapter.runsOnceAllowed === true;
}

/**
 * Nothing cut these calls, so the backend failed where one has no name, or is a client's, held back, with arguments that are wrong.
 * @throws ApiError 502.
 */
export function refuseBroken(calls: readonly StreamedCall[]): void {
  if (calls.some(({ name }) => name === undefined)) {
    throw backendStreamBroken('The backend sent a tool call without a name.');
  }
  const broken = calls.find(
    (call) => isHeld(call) && !isWhole(call) && !isUnclosed(call) && !mayBeWrong(call),
  );
  if (broken !== undefined) {
    throw backendStreamBroken(`The arguments of '${broken.name ?? ''}' are not valid JSON.`);
  }
}
