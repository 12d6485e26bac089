import type { CallingTool } from '../../tools/tool-adapter.port.js';

/** Holds what the end of a call's text is about. */
interface TextCall {
  arguments: string;
  unsent: string;
  isText?: boolean;
  tool: { adapter: CallingTool } | undefined;
}

/**
 * Calls of `custom` tools come as plain text, which says neither where it ends nor whether it was cut. It is carried as the JSON
 * text `{"input": "…"}`, as a function with one string has it, so that calls have one form inside; only what is whole is closed.
 */
export function wrapInput(text: string, isFirst: boolean): string {
  return `${isFirst ? '{"input":"' : ''}${JSON.stringify(text).slice(1, -1)}`;
}

/** Closes the text of a call that its backend ended, unless it stops in the middle of what the tool takes. */
export function closeInput(call: TextCall): void {
  if (call.isText !== true || call.tool?.adapter.breaksOff?.(call.arguments) === true) return;
  call.arguments += '"}';
  call.unsent += '"}';
}
