import {
  name,
  nullable,
  object,
  optionalFlag,
  optionalName,
  optionalObject,
  optionalText,
  text,
  type Schema,
} from './schema-parts.js';

/**
 * These are JSON schemas of what is inside a request, one per item type and part type. They are chosen by `type`,
 * which needs no unions. They hold only what the translation reads, and are lenient on the rest: clients spell history in many
 * ways.
 */

const content = { type: ['string', 'array', 'null'] };
const anything = {};

const textList = {
  type: ['array', 'null'],
  items: object({ text: optionalText }),
};

export const roles = ['user', 'assistant', 'system', 'developer', 'tool'];

const toolList = { type: ['array', 'null'] };

const callOutput = object({ call_id: optionalText, id: optionalText, output: anything });

export const itemSchemas: Readonly<Record<string, Schema>> = {
  message: object({ role: { enum: roles }, content, tool_call_id: optionalText }, ['role']),
  agent_message: object({ content }),
  reasoning: object({
    summary: textList,
    content: textList,
    text: optionalText,
    encrypted_content: optionalText,
  }),
  compaction: object({ encrypted_content: optionalText }),
  item_reference: object({ id: name }, ['id']),
  function_call: object(
    { name, namespace: optionalName, call_id: optionalText, id: optionalText, arguments: anything },
    ['name'],
  ),
  function_call_output: callOutput,
  custom_tool_call: object(
    { name, namespace: optionalName, call_id: optionalText, id: optionalText, input: text },
    ['name', 'input'],
  ),
  custom_tool_call_output: callOutput,
  local_shell_call: object({ call_id: optionalText, id: optionalText, action: optionalObject }),
  local_shell_call_output: callOutput,
  shell_call: object({ call_id: optionalText, id: optionalText, action: optionalObject }),
  shell_call_output: callOutput,
  apply_patch_call: object({ call_id: optionalText, id: optionalText, operation: optionalObject }),
  apply_patch_call_output: callOutput,
  computer_call: object({
    call_id: optionalText,
    id: optionalText,
    action: optionalObject,
    actions: { type: ['array', 'null'] },
  }),
  computer_call_output: callOutput,
  multi_agent_call: object({ call_id: optionalText, action: optionalText, arguments: anything }),
  multi_agent_call_output: callOutput,
  tool_search_call: object({ call_id: optionalText, id: optionalText, arguments: anything }),
  tool_search_output: object({ call_id: optionalText, id: optionalText, tools: toolList }),
  additional_tools: object({ tools: toolList }),
  mcp_approval_response: object(
    { approval_request_id: name, approve: { type: 'boolean' }, reason: optionalText },
    ['approval_request_id', 'approve'],
  ),
  // The settings inside are checked as those of the request are.
  configuration_update: object({}),
};

const textPart = object({ text }, ['text']);
const imagePart = object({
  image_url: { type: ['string', 'object', 'null'], properties: { url: text } },
  file_id: optionalText,
  detail: optionalText,
});
const filePart = object({
  filename: optionalText,
  file_data: optionalText,
  file_url: optionalText,
  file_id: optionalText,
});

export const partSchemas: Readonly<Record<string, Schema>> = {
  input_text: textPart,
  output_text: textPart,
  text: textPart,
  summary_text: textPart,
  reasoning_text: textPart,
  reasoning: object({ text: optionalText }),
  refusal: object({ refusal: text }, ['refusal']),
  encrypted_content: object({ encrypted_content: text }, ['encrypted_content']),
  input_image: imagePart,
  image_url: imagePart,
  input_file: filePart,
  file: object({ file: { ...filePart, type: ['object', 'null'] } }),
};

/** Codex writes `none` in its settings for leaving the summary out. */
const summaries = { type: ['string', 'null'], enum: ['auto', 'concise', 'detailed', 'none', null] };

export const settingsSchema = object({
  background_options: nullable({
    completion_window: { enum: ['soonest', '2h', '8h', null] },
    continuation_id: optionalText,
  }),
  context_management: {
    type: ['array', 'null'],
    items: object(
      {
        type: { enum: ['compaction'] },
        // OpenAI has this minimum.
        compact_threshold: { type: ['integer', 'null'], minimum: 1_000 },
      },
      ['type'],
    ),
  },
  include: { type: ['array', 'null'], items: { type: 'string' } },
  stream_options: nullable({ include_obfuscation: optionalFlag }),
  reasoning: nullable({
    effort: optionalText,
    summary: summaries,
    generate_summary: summaries,
    context: { enum: ['auto', 'current_turn', 'all_turns', null] },
    mode: optionalText,
  }),
  text: nullable({
    format: optionalObject,
    verbosity: { type: ['string', 'null'], enum: ['low', 'medium', 'high', null] },
  }),
});

export const jsonSchemaFormat = object(
  { name, schema: { type: 'object' }, description: optionalText, strict: optionalFlag },
  ['name', 'schema'],
);
