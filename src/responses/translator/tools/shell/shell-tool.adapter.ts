import type { InputItem, ShellCallItem } from '../../../../contracts/responses/items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import type { WarningCollector } from '../../warning.js';
import { asArray, asRecord, isRecord, nonEmptyText, within } from '../../../../common/json.js';
import { readCommand, readCommandCount } from './read-command.js';
import { readCallIdentity } from '../read-call-identity.js';
import type {
  CallContext,
  CallWriter,
  HistoryCall,
  ToolCallAdapter,
  ToolDeclaration,
  UnnumberedEvent,
} from '../tool-adapter.port.js';
import { WholeCallWriter } from '../whole-call.writer.js';

const IDENTITY = { type: 'shell', name: 'shell' };
const PARAMETERS = {
  type: 'object',
  properties: {
    commands: {
      type: 'array',
      items: { type: 'string' },
      description: 'Shell commands; each runs by itself, and they may run at the same time.',
    },
    timeout_ms: { type: 'integer', description: 'For each command.' },
    max_output_length: { type: 'integer', description: 'Characters of output to return.' },
  },
  required: ['commands'],
} as const;

const DESCRIPTION = 'Runs shell commands on the local machine and returns their output.';

/** Carries OpenAI's `shell` in the client's own environment. Containers are OpenAI's, and nothing here could run in them. */
export class ShellToolAdapter implements ToolCallAdapter {
  readonly toolType = 'shell';
  readonly callItemType = 'shell_call';
  readonly outputItemType = 'shell_call_output';
  readonly itemIdPrefix = 'sh';
  readonly needsWholeArguments = true;

  declare(tool: ResponseTool, param: string | null, warnings: WarningCollector): ToolDeclaration[] {
    const environment = isRecord(tool.environment)
      ? nonEmptyText(tool.environment.type)
      : undefined;
    if (environment?.startsWith('container') === true) {
      const message = `A shell in '${environment}' needs OpenAI's containers; it was left out.`;
      warnings.add('tool_dropped', within(param, '.environment'), message);
      return [];
    }
    const description = [DESCRIPTION, ...skillsOf(tool)].join('\n');
    const parameters = structuredClone<Record<string, unknown>>(PARAMETERS);
    return [{ identity: IDENTITY, function: { name: IDENTITY.name, description, parameters } }];
  }

  readCall(item: InputItem): HistoryCall {
    const action = isRecord(item.action) ? item.action : {};
    return {
      callId: readCallIdentity(item, IDENTITY.type).callId,
      identity: IDENTITY,
      arguments: JSON.stringify({
        commands: action.commands,
        timeout_ms: action.timeout_ms ?? undefined,
        max_output_length: action.max_output_length ?? undefined,
      }),
    };
  }

  /** Reads one `{stdout, stderr, outcome}` per command. */
  readOutput({ output }: InputItem): unknown {
    return Array.isArray(output) ? output.map(describeResult).join('\n\n') : output;
  }

  openCall({ itemId, callId, outputIndex }: CallContext): CallWriter {
    return new WholeCallWriter<ShellCallItem>(
      (callArguments) => ({
        type: 'shell_call',
        id: itemId,
        call_id: callId,
        action: {
          commands: [readCommand(callArguments) ?? []].flat(),
          max_output_length: readCommandCount(callArguments.max_output_length) ?? null,
          timeout_ms: readCommandCount(callArguments.timeout_ms) ?? null,
        },
        environment: null,
        status: 'completed',
      }),
      ({ action }) =>
        action.commands.flatMap((command, index) => commandEvents(command, index, outputIndex)),
    );
  }
}

/** Describes the client's own skills: `{name, description, path}`. */
function skillsOf({ environment }: ResponseTool): string[] {
  const skills = asArray(asRecord(environment)?.skills).filter(isRecord);
  if (skills.length === 0) return [];
  const lines = skills.map(
    ({ name, description, path }) => `- ${String(name)} (${String(path)}): ${String(description)}`,
  );
  return ['', 'Skills, each a folder; read its SKILL.md before you use one:', ...lines];
}

function commandEvents(
  command: string,
  command_index: number,
  output_index: number,
): UnnumberedEvent[] {
  const at = { output_index, command_index };
  return [
    { type: 'response.shell_call_command.added', ...at, command: '' },
    { type: 'response.shell_call_command.delta', ...at, delta: command },
    { type: 'response.shell_call_command.done', ...at, command },
  ];
}

function describeResult(result: unknown): string {
  if (!isRecord(result)) return JSON.stringify(result);
  const outcome = isRecord(result.outcome) ? result.outcome : {};
  const code = typeof outcome.exit_code === 'number' ? outcome.exit_code : 0;
  const lines = [outcome.type === 'timeout' ? 'Timed out.' : `Exit code: ${code}`];
  const stdout = nonEmptyText(result.stdout);
  const stderr = nonEmptyText(result.stderr);
  if (stdout !== undefined) lines.push(`stdout:\n${stdout}`);
  if (stderr !== undefined) lines.push(`stderr:\n${stderr}`);
  return lines.join('\n');
}
