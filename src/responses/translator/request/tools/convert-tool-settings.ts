import type {
  ChatFunctionTool,
  ChatTool,
  ChatToolChoice,
} from '../../../../contracts/chat/request.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import { adaptParameters } from './adapt-parameters.js';
import { warnOfAdaptation } from './adapt-schema.js';
import type { ConvertedToolChoice } from './convert-tool-choice.js';
import type { ConvertedTools } from './convert-tools.js';
import type { CustomTools } from './custom-tools.js';

export interface ToolFields {
  tools?: ChatTool[];
  tool_choice?: ChatToolChoice;
  parallel_tool_calls?: boolean;
}

/** Gives the tool fields that this backend takes. Without tools none is sent: backends refuse a choice among nothing. */
export function convertToolSettings(
  request: CreateResponseBody,
  { chatTools, customTools }: Pick<ConvertedTools, 'chatTools' | 'customTools'>,
  toolChoice: ConvertedToolChoice['toolChoice'],
  { dialect, warnings }: { dialect: BackendDialect; warnings: WarningCollector },
): ToolFields {
  if (chatTools.length === 0) return {};
  const fields: ToolFields = {
    tools: adaptTools(chatTools, dialect, warnings).map(
      (tool) => customTools.get(tool.function.name) ?? tool,
    ),
  };
  if (toolChoice !== undefined) fields.tool_choice = chosen(toolChoice, customTools);
  const parallel = request.parallel_tool_calls;
  if (typeof parallel === 'boolean') {
    if (dialect.parallelToolCalls) fields.parallel_tool_calls = parallel;
    else if (!parallel) {
      warnings.add(
        'field_ignored',
        'parallel_tool_calls',
        'This backend cannot be told to make one call at a time.',
      );
    }
  }
  return fields;
}

function chosen(
  choice: NonNullable<ConvertedToolChoice['toolChoice']>,
  customTools: CustomTools,
): ChatToolChoice {
  if (typeof choice !== 'object' || !customTools.has(choice.function.name)) return choice;
  return { type: 'custom', custom: { name: choice.function.name } };
}

/** Gives each tool a schema that this backend's grammar compiler takes. */
function adaptTools(
  chatTools: readonly ChatFunctionTool[],
  { schemaDialect }: BackendDialect,
  warnings: WarningCollector,
): ChatFunctionTool[] {
  return chatTools.map(({ type, function: { parameters, ...declared } }) => {
    if (parameters === undefined) return { type, function: declared };
    const options = { dialect: schemaDialect, param: 'tools', strict: declared.strict === true };
    const adapted = adaptParameters(parameters, options);
    warnOfAdaptation(`schema of '${declared.name}'`, adapted, options, warnings);
    const { schema, strict } = adapted;
    const isWeaker = options.strict && !strict;
    return {
      type,
      function: { ...declared, parameters: schema, ...(isWeaker ? { strict } : {}) },
    };
  });
}
