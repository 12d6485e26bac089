import type { WarningCollector } from '../../warning.js';
import type { StreamedCall } from './streamed-call.js';
import { isCompleteJson } from './tool-call-assembler.js';

/** Some models write JSON text inside a JSON string as arguments: `"{\"a\":1}"`. It is unwrapped once. */
export function unwrapDoubleEncoded(call: StreamedCall, warnings: WarningCollector): void {
  if (!call.arguments.trimStart().startsWith('"') || !isCompleteJson(call.arguments)) return;
  const inner: unknown = JSON.parse(call.arguments);
  if (typeof inner !== 'string' || !isCompleteJson(inner)) return;
  call.arguments = inner;
  call.unsent = inner;
  const message = `The arguments of '${call.name ?? ''}' came as JSON inside a JSON string.`;
  warnings.add('arguments_repaired', null, message);
}
