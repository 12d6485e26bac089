import type { ApplyPatchCallItem, InputItem } from '../../../../contracts/responses/items.js';
import { nonEmptyText } from '../../../../common/json.js';
import { readCallIdentity } from '../read-call-identity.js';
import { readPatchOperation } from './read-patch-operation.js';
import type {
  CallContext,
  CallWriter,
  HistoryCall,
  ToolCallAdapter,
  ToolDeclaration,
} from '../tool-adapter.port.js';
import { WholeCallWriter } from '../whole-call.writer.js';

const IDENTITY = { type: 'apply_patch', name: 'apply_patch' };
const DESCRIPTION = `Creates, updates or deletes one file. \`path\` is relative to the workspace.
\`diff\` of create_file: the whole content, each line prefixed by "+".
\`diff\` of update_file: one or more hunks. A hunk begins with a line "@@" (it may name the enclosing function or class: \
"@@ def main():"); then come lines prefixed by " " (unchanged, about three before and after the change), "-" (removed) or \
"+" (added). No line numbers.
delete_file takes no \`diff\`.`;
const PARAMETERS = {
  type: 'object',
  properties: {
    type: { type: 'string', enum: ['create_file', 'update_file', 'delete_file'] },
    path: { type: 'string' },
    diff: { type: 'string' },
  },
  required: ['type', 'path'],
} as const;

/** Carries OpenAI's `apply_patch`, with one operation per call. Codex's tool of that name is a custom tool. */
export class ApplyPatchToolAdapter implements ToolCallAdapter {
  readonly toolType = 'apply_patch';
  readonly callItemType = 'apply_patch_call';
  readonly outputItemType = 'apply_patch_call_output';
  readonly itemIdPrefix = 'apc';
  readonly needsWholeArguments = true;

  declare(): ToolDeclaration[] {
    const parameters = structuredClone<Record<string, unknown>>(PARAMETERS);
    const declared = { name: IDENTITY.name, description: DESCRIPTION, parameters };
    return [{ identity: IDENTITY, function: declared }];
  }

  readCall(item: InputItem): HistoryCall {
    return {
      callId: readCallIdentity(item, IDENTITY.type).callId,
      identity: IDENTITY,
      arguments: JSON.stringify(item.operation ?? {}),
    };
  }

  /** Reads `{status: completed | failed, output?}`, in which the text is optional and the status is not. */
  readOutput({ status, output }: InputItem): unknown {
    const outcome = status === 'failed' ? 'failed' : 'completed';
    const text = nonEmptyText(output);
    return text === undefined ? outcome : `${outcome}: ${text}`;
  }

  openCall({ itemId, callId, warnings }: CallContext): CallWriter {
    return new WholeCallWriter<ApplyPatchCallItem>((callArguments) => ({
      type: 'apply_patch_call',
      id: itemId,
      call_id: callId,
      operation: readPatchOperation(callArguments, warnings),
      status: 'completed',
    }));
  }
}
