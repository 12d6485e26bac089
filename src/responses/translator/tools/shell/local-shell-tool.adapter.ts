import type { InputItem, LocalShellCallItem } from '../../../../contracts/responses/items.js';
import { isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import { readCommand, readCommandCount } from './read-command.js';
import { readCallIdentity } from '../read-call-identity.js';
import type {
  CallContext,
  CallWriter,
  HistoryCall,
  ToolCallAdapter,
  ToolDeclaration,
} from '../tool-adapter.port.js';
import { WholeCallWriter } from '../whole-call.writer.js';

const IDENTITY = { type: 'local_shell', name: 'local_shell' };
const PARAMETERS = {
  type: 'object',
  properties: {
    command: {
      type: 'array',
      items: { type: 'string' },
      description: 'The program and its arguments, e.g. ["bash", "-lc", "ls -la"].',
    },
    working_directory: { type: 'string' },
    timeout_ms: { type: 'integer' },
    env: { type: 'object', additionalProperties: { type: 'string' } },
  },
  required: ['command'],
} as const;

/** Carries OpenAI's `local_shell`, by which the client runs one command on its own machine. */
export class LocalShellToolAdapter implements ToolCallAdapter {
  readonly toolType = 'local_shell';
  readonly callItemType = 'local_shell_call';
  readonly outputItemType = 'local_shell_call_output';
  readonly itemIdPrefix = 'lsh';
  readonly needsWholeArguments = true;

  declare(): ToolDeclaration[] {
    const description = 'Runs a command on the local machine and returns its output.';
    const parameters = structuredClone<Record<string, unknown>>(PARAMETERS);
    return [{ identity: IDENTITY, function: { name: IDENTITY.name, description, parameters } }];
  }

  readCall(item: InputItem): HistoryCall {
    const action = isRecord(item.action) ? item.action : {};
    const { command, working_directory, timeout_ms, env } = action;
    const hasEnvironment = isRecord(env) && Object.keys(env).length > 0;
    return {
      callId: readCallIdentity(item, IDENTITY.type).callId,
      identity: IDENTITY,
      arguments: JSON.stringify({
        command,
        working_directory: working_directory ?? undefined,
        timeout_ms: timeout_ms ?? undefined,
        env: hasEnvironment ? env : undefined,
      }),
    };
  }

  openCall({ itemId, callId }: CallContext): CallWriter {
    return new WholeCallWriter<LocalShellCallItem>((callArguments) => ({
      type: 'local_shell_call',
      id: itemId,
      call_id: callId,
      action: readAction(callArguments),
      status: 'completed',
    }));
  }
}

function readAction(callArguments: JsonRecord): LocalShellCallItem['action'] {
  const command = readCommand(callArguments) ?? [];
  const timeout = readCommandCount(callArguments.timeout_ms);
  const folder =
    nonEmptyText(callArguments.working_directory) ?? nonEmptyText(callArguments.workdir);
  return {
    type: 'exec',
    // A bare text is meant for a shell.
    command: typeof command === 'string' ? ['bash', '-lc', command] : command,
    env: readEnvironment(callArguments.env),
    ...(timeout === undefined ? {} : { timeout_ms: timeout }),
    ...(folder === undefined ? {} : { working_directory: folder }),
  };
}

function readEnvironment(env: unknown): Record<string, string> {
  if (!isRecord(env)) return {};
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}
