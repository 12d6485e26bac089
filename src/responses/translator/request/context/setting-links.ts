import type { BackendRequest } from '../../../../contracts/backend-request.js';
import type { TraceLink } from './trace-link.js';

/** Where a chat field has another name than the setting that it says, these settings may stand behind it. */
const settingsBehind: Readonly<Record<string, readonly string[]>> = {
  max_tokens: ['max_output_tokens'],
  max_completion_tokens: ['max_output_tokens'],
  response_format: ['text'],
  verbosity: ['text'],
  reasoning_effort: ['reasoning'],
  reasoning: ['reasoning'],
  thinking: ['reasoning'],
  enable_thinking: ['reasoning'],
  include_reasoning: ['reasoning'],
  chat_template_kwargs: ['reasoning'],
  extra_body: ['reasoning'],
  logprobs: ['top_logprobs', 'include'],
  stream_options: ['stream_options', 'stream'],
};

/** These are no settings. */
const parts: readonly string[] = ['messages', 'input', 'tools'];

/** Says which settings became which fields of the request to the backend. */
export function settingLinks(request: BackendRequest): TraceLink[] {
  const fields = Object.keys(request).filter((name) => !parts.includes(name));
  return fields.flatMap((name) =>
    (settingsBehind[name] ?? [name]).map((from) => ({ from, to: name, rule: 'setting' })),
  );
}
