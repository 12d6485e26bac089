import type { ChatFunctionTool, ChatToolChoice } from '../../../../contracts/chat/request.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import { adaptParameters } from './adapt-parameters.js';

export interface ToolFields {
  tools?: ChatFunctionTool[];
  tool_choice?: ChatToolChoice;
  parallel_tool_calls?: boolean;
}

/** The tool fields that this backend takes. Without tools none is sent: backends refuse a choice among nothing. */
export function convertToolSettings(
  request: CreateResponseBody,
  chatTools: ChatFunctionTool[],
  toolChoice: ChatToolChoice | undefined,
  { dialect, warnings }: { dialect: BackendDialect; warnings: WarningCollector },
): ToolFields {
  if (chatTools.length === 0) return {};
  const fields: ToolFields = { tools: adaptTools(chatTools, dialect, warnings) };
  if (toolChoice !== undefined) fields.tool_choice = toolChoice;
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

/** Each tool with a schema that this backend's grammar compiler takes. */
function adaptTools(
  chatTools: readonly ChatFunctionTool[],
  { schemaDialect }: BackendDialect,
  warnings: WarningCollector,
): ChatFunctionTool[] {
  return chatTools.map(({ type, function: { parameters, ...declared } }) => {
    if (parameters === undefined) return { type, function: declared };
    const asked = declared.strict;
    const { schema, dropped, strict } = adaptParameters(parameters, {
      dialect: schemaDialect,
      param: 'tools',
      strict: asked === true,
    });
    if (dropped.length > 0) {
      const message = `The schema of '${declared.name}' was sent without ${dropped.join(', ')}.`;
      warnings.add('schema_simplified', 'tools', message);
    }
    if (asked !== true || strict) return { type, function: { ...declared, parameters: schema } };
    const message = `Strict mode cannot hold the schema of '${declared.name}': sent with strict false.`;
    warnings.add('field_mapped', 'tools', message);
    return { type, function: { ...declared, parameters: schema, strict } };
  });
}
