import type { JsonRecord } from '../../../../common/json.js';
import type { ChatTool, ChatToolChoice } from '../../../../contracts/chat/request.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import type { LoadedTool, ResponseTool } from '../../../../contracts/responses/tools.js';
import { offeredTools, type OfferedTools } from '../../stream/rescue/text-call-syntax.js';
import type { ToolRegistry } from '../../tools/tool-registry.js';
import type { TranslateOptions } from '../context/translate-options.js';
import { collectTools, type OfferedTool } from '../tools/collect-tools.js';
import { chosenNames, convertToolChoice } from '../tools/convert-tool-choice.js';
import { convertToolSettings } from '../tools/convert-tool-settings.js';
import { convertTools } from '../tools/convert-tools.js';
import { gradeToolChoice } from '../tools/grade-tool-choice.js';
import { isOwnServer, NativeTools } from './native-tools.js';

export interface ToolsForResponses {
  natives: NativeTools;
  registry: ToolRegistry;
  /** Holds chat names; undefined allows all. */
  allowedTools: ReadonlySet<string> | undefined;
  offeredTools: OfferedTools;
  waiting: ReadonlyMap<string, LoadedTool>;
  searchesHere: boolean;
  /** Are the fields of the request. */
  fields: JsonRecord;
}

/** Gives the tools that the backend knows as they are, and of the others the functions that they become. */
export function convertNativeTools(
  request: CreateResponseBody,
  given: TranslateOptions,
): ToolsForResponses {
  // What chat has as custom tools is no business of this API.
  const dialect = { ...given.dialect, customTools: 'function' as const };
  const options = { ...given, dialect };
  const natives = new NativeTools(options.dialect, options.adapters);
  const offered = collectTools(request, options.history ?? []);
  const isSearched = natives.has('tool_search') && offered.some(isSearch);
  const isNative = ({ tool }: OfferedTool): boolean =>
    (natives.has(tool.type) && !isOwnServer(tool)) || (isSearched && tool.defer_loading === true);
  // What a search of the backend's own has found stands in its item.
  const isFound = ({ itemType }: OfferedTool): boolean =>
    natives.has('tool_search') && itemType === 'tool_search_output';
  const shown = offered.filter((tool) => !isFound(tool));
  const own = shown.filter(isNative);
  for (const { tool, param } of own) {
    options.trace?.read(param ?? 'history', tool.type);
    options.trace?.note(tool);
  }
  const tools = convertTools(
    shown.filter((tool) => !isNative(tool)),
    options,
  );
  const { chatTools, registry, waiting, searchesHere } = tools;
  const asked = request.tool_choice;
  const isNativeChoice = natives.isChosen(
    asked,
    own.map(({ tool }) => tool),
  );
  const choice = convertToolChoice(isNativeChoice ? undefined : asked, tools, options.warnings);
  tools.offer(chosenNames(choice));
  const { toolChoice, allowedTools } = gradeToolChoice(choice, request, options);
  const { tools: functions = [], ...settings } = convertToolSettings(
    request,
    tools,
    toolChoice,
    options,
  );
  const told = [...own.map(({ tool }) => tool), ...functions.flatMap(asResponsesTool)];
  const word = typeof asked === 'string' && own.length > 0 ? asked : undefined;
  const sentChoice = isNativeChoice ? asked : (flatChoice(settings.tool_choice) ?? word);
  const parallel = request.parallel_tool_calls;
  const isParallelSent = typeof parallel === 'boolean' && options.dialect.parallelToolCalls;
  return {
    natives,
    registry,
    allowedTools: own.length > 0 && allowedTools?.size === 0 ? undefined : allowedTools,
    offeredTools: offeredTools(chatTools),
    waiting,
    searchesHere,
    fields:
      told.length === 0
        ? {}
        : {
            tools: told,
            ...(sentChoice == null ? {} : { tool_choice: sentChoice }),
            ...(isParallelSent ? { parallel_tool_calls: parallel } : {}),
          },
  };
}

function isSearch({ tool }: OfferedTool): boolean {
  return tool.type === 'tool_search';
}

function flatChoice(choice: ChatToolChoice | undefined): unknown {
  if (typeof choice !== 'object') return choice;
  const { name } = choice.type === 'custom' ? choice.custom : choice.function;
  return { type: choice.type, name };
}

/** The API wants `parameters` and `strict` of each function; without them strict is on. */
function asResponsesTool({ type, function: declared }: ChatTool): ResponseTool[] {
  if (declared === undefined) return [];
  const { name, description, parameters, strict = false } = declared;
  const told = description === undefined ? {} : { description };
  const schema = parameters ?? { type: 'object', properties: {} };
  return [{ type, name, ...told, parameters: schema, strict }];
}
