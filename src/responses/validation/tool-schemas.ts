import {
  name,
  nullable,
  object,
  optionalFlag,
  optionalObject,
  optionalText,
  text,
  type Schema,
} from './schema-parts.js';

/** These are JSON schemas of tools, one per type; see schemas.ts. */

const toolFields = {
  name,
  description: optionalText,
  parameters: optionalObject,
  strict: optionalFlag,
};

/** Names tools of an MCP server: a list, or a filter. */
const mcpTools = {
  type: ['array', 'object', 'null'],
  items: text,
  properties: { tool_names: { type: ['array', 'null'], items: text }, read_only: optionalFlag },
};

const mcpApproval = {
  type: ['string', 'object', 'null'],
  if: { type: 'string' },
  then: { enum: ['always', 'never'] },
  properties: { always: mcpTools, never: mcpTools },
};

const domains = { type: ['array', 'null'], items: text };
const place = { country: optionalText, city: optionalText, region: optionalText };

/** A wrong filter would let in what it is to keep out. */
const webSearch = object({
  filters: nullable({ allowed_domains: domains, blocked_domains: domains }),
  user_location: nullable({ ...place, timezone: optionalText }),
  search_context_size: { enum: ['low', 'medium', 'high', null] },
  // Codex has words for it, too.
  external_web_access: { type: ['boolean', 'string', 'null'] },
});

const texts = { type: ['array', 'null'], items: text };
const count = { type: ['integer', 'null'], minimum: 0 };
const optionalNumber = { type: ['number', 'null'] };

/** A wrong filter or threshold would show what it is to keep back. */
const fileSearch = object({
  vector_store_ids: texts,
  max_num_results: count,
  filters: optionalObject,
  ranking_options: nullable({
    ranker: optionalText,
    score_threshold: optionalNumber,
    hybrid_search: nullable({ embedding_weight: optionalNumber, text_weight: optionalNumber }),
  }),
});

const codeInterpreter = object({
  container: {
    ...object({
      type: optionalText,
      file_ids: texts,
      memory_limit: optionalText,
      network_policy: optionalObject,
    }),
    type: ['string', 'object', 'null'],
  },
});

const imageGeneration = object({
  ...Object.fromEntries(
    [
      ...['action', 'background', 'input_fidelity', 'model', 'moderation', 'output_format'],
      ...['quality', 'size'],
    ].map((field) => [field, optionalText]),
  ),
  output_compression: count,
  partial_images: count,
  input_image_mask: nullable({ file_id: optionalText, image_url: optionalText }),
});

export const toolSchemas: Readonly<Record<string, Schema>> = {
  web_search: webSearch,
  web_search_2025_08_26: webSearch,
  web_search_preview: webSearch,
  web_search_preview_2025_03_11: webSearch,
  file_search: fileSearch,
  code_interpreter: codeInterpreter,
  image_generation: imageGeneration,
  function: object(toolFields, ['name']),
  nested_function: object({ function: object(toolFields, ['name']), strict: optionalFlag }),
  custom: object({ name, description: optionalText, format: optionalObject }, ['name']),
  namespace: object({ name, description: optionalText, tools: { type: 'array' } }, [
    'name',
    'tools',
  ]),
  tool_search: object({ description: optionalText, parameters: optionalObject }),
  shell: object({ environment: optionalObject }),
  mcp: object({ server_label: name, allowed_tools: mcpTools, require_approval: mcpApproval }, [
    'server_label',
  ]),
  nested_custom: object({ custom: object({ name, description: optionalText }, ['name']) }),
};
