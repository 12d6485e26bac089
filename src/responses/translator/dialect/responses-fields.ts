import { oneOf, someOf } from './field-kinds.js';

/** These fields are about a backend that speaks Responses itself (`api: responses`). */
export const responsesDialect = {
  responsesTools: someOf(
    [
      ...(['custom', 'namespace', 'tool_search', 'local_shell', 'shell', 'apply_patch'] as const),
      ...(['computer', 'web_search', 'file_search', 'code_interpreter'] as const),
      ...(['image_generation', 'mcp'] as const),
    ],
    [],
    'with `api: responses`: types of tools beside functions that the backend knows itself, and runs where they are hosted; others become functions, run here, or are dropped with a warning',
  ),
  responsesReasoning: oneOf(
    ['text', 'sealed', 'off'],
    'text',
    'with `api: responses`: earlier reasoning goes back as text, or as the backend sealed it, or not at all',
  ),
  responsesFormat: oneOf(
    ['text', 'response_format'],
    'text',
    'with `api: responses`: where the format of the answer stands, in `text` or as chat has it',
  ),
  responsesTokenCount: oneOf(
    ['estimate', 'input_tokens'],
    'estimate',
    'with `api: responses`: who counts the tokens of a prompt; `input_tokens` asks the endpoint of that name beside `/responses`',
  ),
} as const;
