import type { ResponseResource } from '../contracts/responses/response.js';

/** Open Responses requires these 31 fields, and says whether each may be null. */
const REQUIRED_FIELDS: Readonly<Record<string, 'value' | 'nullable'>> = {
  id: 'value',
  object: 'value',
  created_at: 'value',
  completed_at: 'nullable',
  status: 'value',
  incomplete_details: 'nullable',
  model: 'value',
  previous_response_id: 'nullable',
  instructions: 'nullable',
  output: 'value',
  error: 'nullable',
  tools: 'value',
  tool_choice: 'value',
  truncation: 'value',
  parallel_tool_calls: 'value',
  text: 'value',
  top_p: 'value',
  presence_penalty: 'value',
  frequency_penalty: 'value',
  top_logprobs: 'value',
  temperature: 'value',
  reasoning: 'nullable',
  usage: 'nullable',
  max_output_tokens: 'nullable',
  max_tool_calls: 'nullable',
  store: 'value',
  background: 'value',
  service_tier: 'value',
  metadata: 'value',
  safety_identifier: 'nullable',
  prompt_cache_key: 'nullable',
};

/** Checks rules of a Response that no schema says: which fields go with which status. */
export function responseViolations(response: ResponseResource): string[] {
  const violations: string[] = [];
  const say = (text: string): void => {
    violations.push(`response: ${text}`);
  };
  for (const [field, rule] of Object.entries(REQUIRED_FIELDS)) {
    const value = (response as unknown as Record<string, unknown>)[field];
    if (value === undefined) say(`${field} is missing`);
    if (value === null && rule === 'value') say(`${field} is null`);
  }
  const { status } = response;
  if (!/^resp_[0-9a-zA-Z]{24,}$/.test(response.id)) say(`id ${response.id}`);
  if (!Number.isInteger(response.created_at)) say('created_at is no whole number');
  if ((status === 'completed') !== (response.completed_at !== null)) say('completed_at');
  if ((status === 'incomplete') !== (response.incomplete_details !== null)) {
    say('incomplete_details');
  }
  if ((status === 'failed') !== (response.error !== null)) say('error');
  const cut = response.output.filter(
    (item) => 'status' in item && !['completed', 'failed'].includes(item.status),
  );
  if (status === 'completed' && cut.length > 0) say('completed with an item that is not');
  if (status === 'completed' && response.output.length === 0) say('completed without output');
  const { usage } = response;
  if (usage !== null && usage.total_tokens !== usage.input_tokens + usage.output_tokens) {
    say('usage does not add up');
  }
  return violations;
}
