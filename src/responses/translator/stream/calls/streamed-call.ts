import type { CallWriter, ToolCallAdapter, ToolIdentity } from '../../tools/tool-adapter.port.js';
import { isCompleteJson, type AssembledCall } from './tool-call-assembler.js';

/** A call of the answer on its way to be an output item. */
export interface StreamedCall extends AssembledCall {
  /**
   * What of `arguments` the writer has not been given. Kept apart: a slice of the growing whole would copy all of it
   * with every fragment.
   */
  unsent: string;
  /** The writer has been given something. */
  sending: boolean;
  /** -1 while the call is no output item. */
  outputIndex: number;
  /** Whose call it is; undefined before its name is known, and when it is suppressed. */
  tool: { identity: ToolIdentity; adapter: ToolCallAdapter } | undefined;
  writer: CallWriter | undefined;
  suppressed: boolean;
}

export function newCall(): StreamedCall {
  return {
    id: undefined,
    name: undefined,
    arguments: '',
    mayBeWhole: false,
    unsent: '',
    sending: false,
    outputIndex: -1,
    tool: undefined,
    writer: undefined,
    suppressed: false,
  };
}

/** It has a tool, but is no output item before its arguments are whole. */
export function isHeld({ tool, writer }: StreamedCall): boolean {
  return tool !== undefined && writer === undefined;
}

export function isWhole({ arguments: text }: StreamedCall): boolean {
  return text.trim() === '' || isCompleteJson(text);
}

/** Arguments that begin with a quote are held back until it is clear whether they are JSON in a string. */
export function mayBeDoubleEncoded(call: StreamedCall): boolean {
  return !call.sending && /^\s*(?:"|$)/.test(call.unsent);
}
