import { describe, expect, it } from '@jest/globals';
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

describe('reasoning.context', () => {
  it('is echoed as it was followed, where it was asked for', () => {
    const request = { model: 'm', input: 'Hi', reasoning: { context: 'auto' as const } };
    const followed = { ...options, reasoningContext: 'current_turn' };
    expect(createSnapshot(request, followed).reasoning).toMatchObject({ context: 'current_turn' });
    const silent = { ...request, reasoning: { effort: 'low' } };
    expect(createSnapshot(silent, followed).reasoning).toEqual({ effort: 'low', summary: null });
  });
});
