import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { hasOpenResponsesDocument, openResponsesDocument } from './tell-what-is-missing.mjs';

interface OpenApiDocument {
  components: { schemas: Record<string, unknown> };
}

const validators = new Map<string, ValidateFunction>();
let ajv: Ajv2020 | undefined;

function validator(name: string): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  ajv ??= createAjv();
  const compiled = ajv.compile({ $ref: `openapi#/components/schemas/${name}` });
  validators.set(name, compiled);
  return compiled;
}

function createAjv(): Ajv2020 {
  const document = JSON.parse(readFileSync(openResponsesDocument, 'utf8')) as OpenApiDocument;
  const instance = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  instance.addSchema({ $id: 'openapi', ...document });
  return instance;
}

/** Lists what the named schema finds wrong. The list is empty, too, where the document is missing. */
export function schemaViolations(name: string, value: unknown): string[] {
  if (!hasOpenResponsesDocument) return [];
  const validate = validator(name);
  if (validate(withoutKnownDeviations(value))) return [];
  return (validate.errors ?? []).map((error) => {
    return `${name}${error.instancePath}: ${error.message ?? ''} ${JSON.stringify(error.params)}`;
  });
}

const EVENT_SCHEMAS: Readonly<Record<string, string>> = {
  'response.created': 'ResponseCreatedStreamingEvent',
  'response.queued': 'ResponseQueuedStreamingEvent',
  'response.in_progress': 'ResponseInProgressStreamingEvent',
  'response.completed': 'ResponseCompletedStreamingEvent',
  'response.failed': 'ResponseFailedStreamingEvent',
  'response.incomplete': 'ResponseIncompleteStreamingEvent',
  'response.output_item.added': 'ResponseOutputItemAddedStreamingEvent',
  'response.output_item.done': 'ResponseOutputItemDoneStreamingEvent',
  'response.content_part.added': 'ResponseContentPartAddedStreamingEvent',
  'response.content_part.done': 'ResponseContentPartDoneStreamingEvent',
  'response.output_text.delta': 'ResponseOutputTextDeltaStreamingEvent',
  'response.output_text.done': 'ResponseOutputTextDoneStreamingEvent',
  'response.output_text.annotation.added': 'ResponseOutputTextAnnotationAddedStreamingEvent',
  'response.refusal.delta': 'ResponseRefusalDeltaStreamingEvent',
  'response.refusal.done': 'ResponseRefusalDoneStreamingEvent',
  'response.reasoning_summary_part.added': 'ResponseReasoningSummaryPartAddedStreamingEvent',
  'response.reasoning_summary_part.done': 'ResponseReasoningSummaryPartDoneStreamingEvent',
  'response.reasoning_summary_text.delta': 'ResponseReasoningSummaryDeltaStreamingEvent',
  'response.reasoning_summary_text.done': 'ResponseReasoningSummaryDoneStreamingEvent',
  'response.function_call_arguments.delta': 'ResponseFunctionCallArgumentsDeltaStreamingEvent',
  'response.function_call_arguments.done': 'ResponseFunctionCallArgumentsDoneStreamingEvent',
  error: 'ErrorStreamingEvent',
};

/** OpenAI alone has these events; each is switched on by the client or by a setting. */
const OPENAI_ONLY = new Set([
  'response.reasoning_text.delta',
  'response.reasoning_text.done',
  'response.custom_tool_call_input.delta',
  'response.custom_tool_call_input.done',
  'response.shell_call_command.added',
  'response.shell_call_command.delta',
  'response.shell_call_command.done',
  'response.compaction.compacting',
]);

/** These tell how tools that the service runs are getting on. */
const HOSTED =
  /^response\.(?:mcp_(?:call|list_tools|call_arguments)|(?:file|web)_search_call|code_interpreter_call(?:_code)?|image_generation_call)\.\w+$/;

/** These are calls of OpenAI's own tools; the specification knows no such items. */
const OPENAI_ONLY_ITEMS =
  /"type":"(?:custom_tool_call|local_shell_call|shell_call|apply_patch_call|computer_call|tool_search_(?:call|output)|image_generation_call|code_interpreter_call|mcp_\w+|(?:file|web)_search_call|file_citation)"/;

export function eventSchemaViolations(event: { type: string }): string[] {
  const schema = EVENT_SCHEMAS[event.type];
  if (schema !== undefined) return hasOpenAiOnlyItem(event) ? [] : schemaViolations(schema, event);
  return OPENAI_ONLY.has(event.type) || HOSTED.test(event.type)
    ? []
    : [`unknown event type ${event.type}`];
}

export function hasOpenAiOnlyItem(value: object): boolean {
  return OPENAI_ONLY_ITEMS.test(JSON.stringify(value));
}

/** The specification knows these choices. */
const CHOSEN_TYPES = new Set(['function', 'allowed_tools']);

/**
 * Takes out known deviations. In the echo of a JSON schema the specification says `schema: null`, an artefact that OpenAI does
 * not follow. Of tools it knows functions alone, and the client's others, or a choice of one, are echoed too.
 */
function withoutKnownDeviations(value: unknown): unknown {
  const copy = structuredClone(value) as {
    text?: { format?: { type?: string; schema?: unknown } };
    tools?: { type: string }[];
    tool_choice?: unknown;
    response?: {
      text?: { format?: { type?: string; schema?: unknown } };
      tools?: { type: string }[];
      tool_choice?: unknown;
    };
  };
  for (const response of [copy, copy.response]) {
    if (response?.text?.format?.type === 'json_schema') response.text.format.schema = null;
    if (Array.isArray(response?.tools))
      response.tools = response.tools.filter(({ type }) => type === 'function');
    const { type } = (response?.tool_choice ?? {}) as { type?: string };
    if (response !== undefined && type !== undefined && !CHOSEN_TYPES.has(type))
      response.tool_choice = 'required';
  }
  return copy;
}
