import { describe, expect, it } from '@jest/globals';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import { createSnapshot } from './response-snapshot.js';

const options = { responseId: 'resp_1', createdAt: 1_764_000_000, model: 'm', stored: false };

describe('the service tier of an answer', () => {
  it.each([
    ['that was not sent', undefined, 'default'],
    ['auto', 'auto', 'default'],
    ['fast', 'fast', 'priority'],
    ['flex', 'flex', 'flex'],
  ])('%s', (_name, serviceTier, echoed) => {
    const request = { model: 'm', input: 'Hi', service_tier: 'priority' };
    expect(createSnapshot(request, { ...options, serviceTier }).service_tier).toBe(echoed);
  });
});

it('echoes tools of every type as they were sent, without what they log in with', () => {
  const custom = { type: 'acme:sql', database: 'sales' };
  const mcp = { type: 'mcp', server_label: 'a', authorization: 'Bearer x', headers: { key: 'x' } };
  const request = { model: 'm', input: 'x', tools: [custom, mcp] };
  expect(createSnapshot(request, options).tools).toEqual([
    custom,
    { type: 'mcp', server_label: 'a' },
  ]);
});

it.each([
  [{ type: 'custom', name: 'sql' }, undefined],
  [{ type: 'web_search' }, undefined],
  [
    { type: 'function', function: { name: 'f' } },
    { type: 'function', name: 'f' },
  ],
])('echoes the tool choice %j', (choice, echoed) => {
  const request = { model: 'm', input: 'x', tool_choice: choice };
  expect(createSnapshot(request, options).tool_choice).toEqual(echoed ?? choice);
});

it.each<[object, object]>([
  [{ function: { name: 'f', parameters: {} } }, { name: 'f', parameters: {} }],
  [
    { name: 'f', description: 'F', strict: true },
    { name: 'f', description: 'F', strict: true },
  ],
])('echoes the function %j in the flat form, whole', (given, echoed) => {
  const request = { model: 'm', input: 'x', tools: [{ type: 'function', ...given }] };
  expect(createSnapshot(request, options).tools).toEqual([
    { type: 'function', description: null, parameters: null, strict: null, ...echoed },
  ]);
});

it.each<[object, object]>([
  [
    { type: 'allowed_tools', tools: [] },
    { type: 'allowed_tools', mode: 'auto', tools: [] },
  ],
  [
    { type: 'allowed_tools', mode: 'required', tools: [] },
    { type: 'allowed_tools', mode: 'required', tools: [] },
  ],
  [
    { type: 'function', name: 'f' },
    { type: 'function', name: 'f' },
  ],
])('echoes the choice %j with its mode', (choice, echoed) => {
  const request = { model: 'm', input: 'x', tool_choice: choice } as CreateResponseBody;
  expect(createSnapshot(request, options).tool_choice).toEqual(echoed);
});

it.each<[Partial<CreateResponseBody>, object]>([
  [{ conversation: 'conv_1' }, { conversation: { id: 'conv_1' } }],
  [{ conversation: { id: 'conv_1' } }, { conversation: { id: 'conv_1' } }],
  [{ user: 'u' }, { user: 'u' }],
  [{ prompt: { id: 'p' } }, { prompt: { id: 'p' } }],
  [{ text: { verbosity: 'low' } }, { text: { format: { type: 'text' }, verbosity: 'low' } }],
  [{ reasoning_effort: 'low' }, { reasoning: { effort: 'low', summary: null } }],
  [
    { reasoning: { generate_summary: 'auto', mode: 'pro' } },
    { reasoning: { effort: null, summary: 'auto', mode: 'standard' } },
  ],
  [{ max_tokens: 5 }, { max_output_tokens: 5 }],
  [{ max_completion_tokens: 6 }, { max_output_tokens: 6 }],
])('echoes %j', (asked, echoed) => {
  const request = { model: 'm', input: 'x', ...asked };
  expect(createSnapshot(request, options)).toMatchObject(echoed);
});

describe('reasoning.context', () => {
  it('is echoed as it was followed, where it was asked for', () => {
    const request = { model: 'm', input: 'Hi', reasoning: { context: 'auto' as const } };
    const followed = { ...options, reasoningContext: 'current_turn' };
    expect(createSnapshot(request, followed).reasoning).toMatchObject({ context: 'current_turn' });
    const silent = { ...request, reasoning: { effort: 'low' } };
    expect(createSnapshot(silent, followed).reasoning).toEqual({ effort: 'low', summary: null });
  });
});

it('echoes every setting as it was asked for', () => {
  const asked = {
    model: 'm',
    background: true,
    instructions: 'Be brief.',
    max_output_tokens: 9,
    max_tool_calls: 2,
    parallel_tool_calls: false,
    previous_response_id: 'resp_0',
    temperature: 0,
    top_p: 0.5,
    presence_penalty: 1,
    frequency_penalty: -1,
    top_logprobs: 3,
    truncation: 'auto' as const,
    safety_identifier: 's',
    prompt_cache_key: 'k',
    metadata: { a: 'b' },
    user: 'u',
    prompt: { id: 'p' },
  };
  expect(createSnapshot({ ...asked, input: 'Hi', conversation: 'conv_1' }, options)).toMatchObject({
    ...asked,
    conversation: { id: 'conv_1' },
  });
  expect(
    createSnapshot({ ...asked, input: 'Hi', conversation: { id: 'conv_2' } }, options).conversation,
  ).toEqual({ id: 'conv_2' });
});

it.each([
  [{ max_completion_tokens: 5 }, { max_output_tokens: 5 }],
  [{ max_tokens: 6 }, { max_output_tokens: 6 }],
  [{ reasoning_effort: 'low' }, { reasoning: { effort: 'low', summary: null } }],
  [
    { reasoning: { generate_summary: 'auto', mode: 'fast' } },
    { reasoning: { effort: null, summary: 'auto', mode: 'standard' } },
  ],
  [{ text: { verbosity: 'low' } }, { text: { format: { type: 'text' }, verbosity: 'low' } }],
  [
    { text: { format: { type: 'json_schema', name: 'n', schema: {} } } },
    { text: { format: { name: 'n', description: null, strict: false } } },
  ],
  [
    { tool_choice: { type: 'allowed_tools', tools: [] } },
    { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [] } },
  ],
])('echoes %j as %j', (asked, echoed) => {
  const request = { model: 'm', input: 'Hi', ...asked } as never;
  expect(createSnapshot(request, options)).toMatchObject(echoed);
});
