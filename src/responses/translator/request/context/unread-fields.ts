import type { JsonRecord } from '../../../../common/json.js';
import { isRecord, within } from '../../../../common/json.js';
import type { WarningCollector } from '../../warning.js';

/**
 * Lists the fields of what is inside a request that are read, or that say nothing to a model (ids, states, what an answer of ours
 * was decorated with). Any other one is `field_ignored`, so that no field can be lost in silence. Types that are not here are
 * judged as a whole by their converters.
 */
type FieldTable = Readonly<Record<string, ReadonlySet<string>>>;

const toolFields = table({
  function: 'name description parameters strict function defer_loading',
  custom: 'name description format custom defer_loading',
  namespace: 'name description tools',
  tool_search: 'execution description parameters',
  shell: 'environment',
  ...forWebSearches('filters user_location search_context_size external_web_access'),
  local_shell: '',
  apply_patch: '',
  computer: '',
  computer_use_preview: 'display_width display_height environment',
  mcp: 'server_label server_url authorization headers connector_id allowed_tools require_approval defer_loading',
});

/** Lists what is inside of a field of a tool. The fields of a container go with its tool, of which is warned. */
const insideTools: Readonly<Record<string, FieldTable>> = {
  ...forWebSearches(
    table({
      filters: 'allowed_domains blocked_domains',
      user_location: 'country city region timezone',
    }),
  ),
  function: table({ function: 'name description parameters strict' }),
  custom: table({
    custom: 'name description format',
    format: 'syntax definition grammar',
  }),
  shell: table({
    environment:
      'skills container_id file_ids memory_limit network_policy expires_after domain_secrets',
  }),
};

const output = 'call_id output name namespace caller tool_call_id';

export const itemFields = table({
  message: 'role content phase name tool_call_id call_id refusal attachments',
  agent_message: 'content author recipient',
  reasoning: 'summary content text encrypted_content',
  compaction: 'encrypted_content created_by',
  function_call: 'name namespace call_id arguments caller async',
  function_call_output: output,
  custom_tool_call: 'name namespace call_id input caller async',
  custom_tool_call_output: output,
  local_shell_call: 'call_id action',
  local_shell_call_output: output,
  shell_call: 'call_id action environment caller created_by',
  shell_call_output: `${output} max_output_length created_by`,
  apply_patch_call: 'call_id operation caller created_by',
  apply_patch_call_output: `${output} created_by`,
  // What was acknowledged, and the page of a browser, is between client and user.
  computer_call: 'call_id action actions pending_safety_checks',
  computer_call_output: `${output} acknowledged_safety_checks current_url created_by`,
  // Whose agent it is says the text of its messages.
  multi_agent_call: 'call_id action arguments agent',
  multi_agent_call_output: `${output} action agent`,
  tool_search_call: 'call_id arguments execution created_by',
  tool_search_output: 'call_id execution tools created_by',
  additional_tools: 'tools role',
  mcp_approval_response: 'approval_request_id approve reason',
  configuration_update: 'reasoning text',
  image_generation_call:
    'result background output_format quality size action revised_prompt error created_by',
});

export const partFields = table({
  input_text: 'text',
  output_text: 'text annotations logprobs parsed',
  text: 'text annotations',
  summary_text: 'text',
  reasoning_text: 'text',
  reasoning: 'text',
  refusal: 'refusal',
  encrypted_content: 'encrypted_content',
  input_image: 'image_url file_id detail',
  image_url: 'image_url detail',
  input_file: 'filename file_data file_url file_id',
  file: 'file',
});

export const settingsFields = table({
  reasoning: 'effort summary generate_summary context mode',
  text: 'format verbosity',
  stream_options: 'include_obfuscation',
  conversation: '',
  background_options: 'completion_window continuation_id',
  tool_choice:
    'name namespace mode tools allowed_tools function custom server_label shell apply_patch',
});

export const formatFields = table({
  text: '',
  json_object: '',
  json_schema: 'name schema strict description json_schema',
});

/** Lists the fields of a `context_management` entry. */
export const contextFields = table({ compaction: 'compact_threshold' });

/** By these values nothing is asked for. They are written as JSON text. */
const HARMLESS_VALUES: readonly unknown[] = ['null', 'false', '[]', '{}', '["direct"]'];

/**
 * Warns of every field of a value that is not listed.
 * @param param is the value's path; null in the stored history, of which was warned when it came.
 */
export function warnOfUnreadFields(
  value: JsonRecord,
  known: ReadonlySet<string> | undefined,
  param: string | null,
  warnings: WarningCollector,
): void {
  if (known === undefined || param === null) return;
  for (const field of Object.keys(value)) {
    if (warnings.isFull) return;
    if (known.has(field) || isHarmless(value[field])) continue;
    warnings.add('field_ignored', within(param, `.${field}`), `'${field}' was not sent.`);
  }
}

/** Warns of every field of a tool that is not read, and of those inside of its fields. */
export function warnOfUnreadTool(
  tool: JsonRecord,
  param: string | null,
  warnings: WarningCollector,
): void {
  const type = String(tool.type);
  warnOfUnreadFields(tool, toolFields[type], param, warnings);
  for (const [field, known] of Object.entries(insideTools[type] ?? {})) {
    const inside = tool[field];
    if (isRecord(inside)) warnOfUnreadFields(inside, known, within(param, `.${field}`), warnings);
  }
}

function forWebSearches<T>(fields: T): Record<string, T> {
  const types = ['', '_2025_08_26', '_preview', '_preview_2025_03_11'];
  return Object.fromEntries(types.map((end) => [`web_search${end}`, fields]));
}

function isHarmless(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === 'object' && HARMLESS_VALUES.includes(JSON.stringify(value));
}

function table(rows: Readonly<Record<string, string>>): FieldTable {
  return Object.fromEntries(
    Object.entries(rows).map(([type, names]) => [
      type,
      new Set(['type', 'id', 'status', ...names.split(' ')]),
    ]),
  );
}
