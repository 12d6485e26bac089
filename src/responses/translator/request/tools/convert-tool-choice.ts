import { told } from '../../../../common/describe-value.js';
import { invalidRequest } from '../../../../common/error-table.js';
import type { ChatFunctionChoice } from '../../../../contracts/chat/request.js';
import type { ToolChoice, ToolChoiceMode } from '../../../../contracts/responses/tools.js';
import { isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import type { WarningCollector } from '../../warning.js';
import type { ConvertedTools } from './convert-tools.js';
import { hostedType } from '../../tools/hosted-type.js';

export interface ConvertedToolChoice {
  toolChoice?: ToolChoiceMode | ChatFunctionChoice;
  /** Holds the chat names that may be called. All tools stay in the request, since removing some would void the prompt cache. */
  allowedTools: ReadonlySet<string> | undefined;
}

const MODES: readonly string[] = ['none', 'auto', 'required'] satisfies ToolChoiceMode[];
const UNRESTRICTED: ConvertedToolChoice = { allowedTools: undefined };

/** Makes of a tool choice in all its shapes what chat has: a mode or one function. It never names a tool that is not sent. */
export function convertToolChoice(
  choice: ToolChoice | null | undefined,
  tools: ConvertedTools,
  warnings: WarningCollector,
): ConvertedToolChoice {
  if (choice === undefined || choice === null) return UNRESTRICTED;
  if (typeof choice === 'string') return convertMode(choice, tools, warnings);
  if (choice.type === 'allowed_tools') return convertAllowedTools({ ...choice }, tools, warnings);
  const names = chatNamesOf({ ...choice }, 'tool_choice', tools);
  const [name] = names;
  if (name !== undefined) {
    // Chat has no choice among some of the tools: any must be called, and others are suppressed.
    if (names.length > 1) return { toolChoice: 'required', allowedTools: new Set(names) };
    return { toolChoice: { type: 'function', function: { name } }, allowedTools: undefined };
  }
  warnings.add(
    'tool_choice_changed',
    'tool_choice',
    'The chosen tool is not supported; the model may choose by itself.',
  );
  return tools.chatTools.length === 0 ? UNRESTRICTED : { ...UNRESTRICTED, toolChoice: 'auto' };
}

/** Lists the chat names that a choice names. */
export function chosenNames({ toolChoice, allowedTools }: ConvertedToolChoice): Iterable<string> {
  return typeof toolChoice === 'object' ? [toolChoice.function.name] : (allowedTools ?? []);
}

function convertMode(
  mode: ToolChoiceMode,
  { chatTools }: ConvertedTools,
  warnings: WarningCollector,
): ConvertedToolChoice {
  if (!MODES.includes(mode)) throw invalidMode(mode, 'tool_choice');
  const allowedTools = mode === 'none' ? new Set<string>() : undefined;
  if (chatTools.length > 0) return { toolChoice: mode, allowedTools };
  if (mode === 'required') {
    warnings.add(
      'tool_choice_changed',
      'tool_choice',
      'There is no tool to call; tool_choice was not sent.',
    );
  }
  return { allowedTools };
}

/** Reads `{mode, tools}` at the top as in the Responses API, or under `allowed_tools` as in chat. */
function convertAllowedTools(
  choice: JsonRecord,
  tools: ConvertedTools,
  warnings: WarningCollector,
): ConvertedToolChoice {
  const nested = isRecord(choice.allowed_tools);
  const source = isRecord(choice.allowed_tools) ? choice.allowed_tools : choice;
  const path = nested ? 'tool_choice.allowed_tools' : 'tool_choice';
  const mode = source.mode ?? 'auto';
  if (!isMode(mode)) throw invalidMode(mode, `${path}.mode`);
  const allowedTools = new Set<string>();
  const entries: unknown[] = Array.isArray(source.tools) ? source.tools : [];
  for (const [index, entry] of entries.entries()) {
    const param = `${path}.tools[${index}]`;
    const names = isRecord(entry) ? chatNamesOf(entry, param, tools) : [];
    for (const name of names) allowedTools.add(name);
    if (names.length === 0)
      warnings.add('tool_choice_changed', param, 'An allowed tool is not supported.');
  }
  if (allowedTools.size > 0) return { toolChoice: mode, allowedTools };
  if (mode === 'required') {
    warnings.add('tool_choice_changed', path, 'None of the allowed tools is supported.');
  }
  return { ...(tools.chatTools.length > 0 ? { toolChoice: 'none' } : {}), allowedTools };
}

/**
 * Finds the chat names of `{type, name}`, `{type, name, namespace}`, `{type: namespace, name}` (all in it) or `{type}` alone;
 * name and rest may also stand under the type, as in chat. There are none when that tool was dropped.
 */
function chatNamesOf(choice: JsonRecord, param: string, tools: ConvertedTools): string[] {
  const { registry, dropped } = tools;
  const type = String(choice.type);
  const nested = isRecord(choice[type]) ? choice[type] : undefined;
  const source = nested ?? choice;
  const name = nonEmptyText(source.name);
  const label = type === 'mcp' ? nonEmptyText(source.server_label) : undefined;
  const space = label === undefined || name !== undefined ? undefined : label;
  const members =
    type === 'namespace' && name !== undefined
      ? registry.inNamespace(name)
      : registry.inNamespace(space ?? '');
  if (members.length > 0) return members;
  const identity =
    name === undefined
      ? registry.ofType(type)
      : registry.declared(name, type, label ?? nonEmptyText(source.namespace));
  if (identity !== undefined) return [registry.chatName(identity)];
  const isDropped = dropped.some(
    (tool) =>
      hostedType(tool.type) === hostedType(type) && (tool.name === undefined || tool.name === name),
  );
  if (isDropped) return [];
  throw invalidRequest(
    `Tool choice '${told(name ?? type)}' not found in 'tools' parameter.`,
    name === undefined ? param : `${param}.${nested === undefined ? 'name' : `${type}.name`}`,
    'unknown_tool',
  );
}

function isMode(mode: unknown): mode is ToolChoiceMode {
  return typeof mode === 'string' && MODES.includes(mode);
}

function invalidMode(mode: unknown, param: string): Error {
  return invalidRequest(
    `Invalid value: '${told(mode)}'. Supported values are: 'none', 'auto', and 'required'.`,
    param,
  );
}
