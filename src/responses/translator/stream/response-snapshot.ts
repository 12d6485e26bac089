import type { CreateResponseBody, TextFormat } from '../../../contracts/responses/request.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import type { ResponseTool, ToolChoice } from '../../../contracts/responses/tools.js';
import { withoutToolSecrets } from '../tools/tool-secrets.js';

export interface SnapshotOptions {
  responseId: string;
  /** This is a time in seconds since the epoch. */
  createdAt: number;
  /** The backend was asked for this model, its case corrected. */
  model: string;
  /** Tells whether the response can be retrieved later. */
  stored: boolean;
  /** The backend was asked for this tier; absent where it was not told of any. */
  serviceTier?: unknown;
  /** Says which earlier thoughts the model sees again, for a request that said so. */
  reasoningContext?: string;
}

/**
 * Makes the Response at its beginning: the request echoed, with the defaults that Open Responses wants as values. Tools of every
 * type are echoed, as OpenAI does it, though its schema knows function tools alone.
 */
export function createSnapshot(
  request: CreateResponseBody,
  options: SnapshotOptions,
): ResponseResource {
  return {
    id: options.responseId,
    object: 'response',
    created_at: options.createdAt,
    completed_at: null,
    status: 'in_progress',
    background: request.background ?? false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens:
      request.max_output_tokens ?? request.max_completion_tokens ?? request.max_tokens ?? null,
    max_tool_calls: request.max_tool_calls ?? null,
    model: options.model,
    output: [],
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    reasoning: echoReasoning(request, options.reasoningContext),
    store: options.stored,
    temperature: request.temperature ?? 1,
    top_p: request.top_p ?? 1,
    presence_penalty: request.presence_penalty ?? 0,
    frequency_penalty: request.frequency_penalty ?? 0,
    top_logprobs: request.top_logprobs ?? 0,
    text: echoText(request),
    tool_choice: echoToolChoice(request.tool_choice ?? 'auto'),
    tools: (request.tools ?? []).map(echoTool),
    truncation: request.truncation ?? 'disabled',
    usage: null,
    safety_identifier: request.safety_identifier ?? null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    service_tier: echoServiceTier(options.serviceTier),
    metadata: request.metadata ?? {},
    access_programs: null,
    ...(typeof request.user === 'string' ? { user: request.user } : {}),
    ...echoConversation(request.conversation),
    ...(request.prompt == null ? {} : { prompt: request.prompt }),
  };
}

function echoReasoning(
  request: CreateResponseBody,
  effective: string | undefined,
): ResponseResource['reasoning'] {
  const effort = request.reasoning?.effort ?? request.reasoning_effort ?? null;
  const summary = request.reasoning?.summary ?? request.reasoning?.generate_summary ?? null;
  const asked = request.reasoning != null || effort !== null;
  if (!asked) return null;
  const context = request.reasoning?.context;
  const mode = request.reasoning?.mode;
  return {
    effort,
    summary,
    ...(context == null ? {} : { context: effective ?? context }),
    ...(mode == null ? {} : { mode: 'standard' }),
  };
}

function echoText(request: CreateResponseBody): ResponseResource['text'] {
  const format: TextFormat = request.text?.format ?? { type: 'text' };
  const verbosity = request.text?.verbosity;
  const echoed =
    format.type === 'json_schema'
      ? { ...format, description: format.description ?? null, strict: format.strict ?? false }
      : format;
  return verbosity == null ? { format: echoed } : { format: echoed, verbosity };
}

/** `auto` is a wish, the echo is a fact; `fast` is another name of `priority`, which OpenAI's answers go by. */
function echoServiceTier(sent: unknown): string {
  if (typeof sent !== 'string' || sent === 'auto') return 'default';
  return sent === 'fast' ? 'priority' : sent;
}

function echoConversation(
  conversation: CreateResponseBody['conversation'],
): Pick<ResponseResource, 'conversation'> {
  if (conversation == null) return {};
  return { conversation: typeof conversation === 'string' ? { id: conversation } : conversation };
}

/**
 * Echoes a tool as the client sent it; function tools, flat and nested (`{function: {…}}`) alike, in the form that Open Responses
 * wants.
 */
function echoTool(tool: ResponseTool): ResponseTool {
  if (tool.type !== 'function') return withoutToolSecrets(tool);
  const definition = { ...tool, ...(tool.function as Record<string, unknown> | undefined) };
  return {
    type: 'function',
    name: definition.name,
    description: definition.description ?? null,
    parameters: definition.parameters ?? null,
    strict: definition.strict ?? null,
  };
}

/**
 * Echoes the choice as it was asked for, also where the tool was dropped, as OpenAI does it; what chat nests is flat as Open
 * Responses has it.
 */
function echoToolChoice(choice: ToolChoice): ToolChoice {
  if (typeof choice === 'string') return choice;
  if (choice.type === 'allowed_tools') {
    return { ...choice, mode: 'mode' in choice ? choice.mode : 'auto' };
  }
  if (choice.type !== 'function') return choice;
  const nested = 'function' in choice ? (choice.function as { name: string }) : undefined;
  return { type: 'function', name: nested?.name ?? choice.name };
}
