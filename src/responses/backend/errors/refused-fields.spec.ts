import { describe, expect, it } from '@jest/globals';
import { backendRefused } from '../../../common/error-table.js';
import type { ChatRequest } from '../../../contracts/chat/request.js';
import { learnFromRefusal } from './refused-fields.js';

const learn = (message: string, fields: object, status = 400): unknown =>
  learnFromRefusal(
    backendRefused(message, { status, type: 'invalid_request_error', code: 'invalid_request' }),
    { model: 'm', messages: [], ...fields } as unknown as ChatRequest,
  );
const functions = { customTools: 'function' };
const named = { tool_choice: { type: 'function', function: { name: 'f' } } };

describe('what a refusal teaches', () => {
  const custom = { tools: [{ type: 'custom', custom: { name: 'p' } }] };
  const called = {
    messages: [
      { role: 'assistant', tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'p' } }] },
    ],
  };
  const original = {
    messages: [
      { role: 'user', content: [{ type: 'image_url', image_url: { detail: 'original' } }] },
    ],
  };

  it.each<[string, object, unknown]>([
    ["Invalid value: 'custom'. Supported values are: 'function'.", custom, functions],
    ['Custom tools are not supported with this model.', custom, functions],
    ["body.tools.0.type: Input should be 'function'", custom, functions],
    ["[{'loc': ('body', 'tools', 0, 'function'), 'msg': 'Field required'}]", custom, functions],
    ["Missing required parameter: 'tools[0].function'.", custom, functions],
    ["Invalid value: 'custom'. Supported values are: 'function'.", called, functions],
    ["Invalid value: 'custom'. Supported values are: 'function'.", {}, undefined],
    ["Invalid grammar of tool 'p': unexpected token", custom, undefined],
    [
      "Invalid value: 'original'. Supported values are: 'low'.",
      original,
      { originalDetail: false },
    ],
    ["Invalid value: 'original'.", {}, undefined],
    [
      "Invalid tool_choice type: 'object'. Supported: none, auto, required",
      named,
      { toolChoice: 'words' },
    ],
    [
      'Thinking mode does not support this tool_choice',
      { tool_choice: 'required' },
      { toolChoice: 'auto' },
    ],
    [
      'max_tokens is not supported, use max_completion_tokens',
      { max_tokens: 5 },
      { maxTokensField: 'max_completion_tokens' },
    ],
    [
      'Unknown field max_completion_tokens',
      { max_completion_tokens: 5 },
      { maxTokensField: 'max_tokens' },
    ],
    [
      'Model does not support parameter reasoningEffort',
      { reasoning_effort: 'low' },
      { effortField: 'none' },
    ],
    [
      'Extra inputs are not permitted: stream_options',
      { stream_options: {} },
      { includeUsage: false },
    ],
    [
      'json_schema is not supported',
      { response_format: { type: 'json_schema' } },
      { responseFormat: 'json_object' },
    ],
    [
      "'response_format.type' must be 'json_schema' or 'text'",
      { response_format: { type: 'json_object' } },
      { responseFormat: 'json_schema_only' },
    ],
    [
      'response_format is not supported',
      { response_format: { type: 'json_object' } },
      { responseFormat: 'prompt' },
    ],
    [
      'Roles should alternate',
      { messages: [{ role: 'user' }, { role: 'user' }] },
      { mergeUserMessages: true },
    ],
    [
      '`reasoning_effort` is not supported with this model',
      { reasoning_effort: 'low' },
      { effortField: 'none' },
    ],
    ["Invalid value for reasoning_effort: 'banana'", { reasoning_effort: 'banana' }, undefined],
    [
      "Unsupported value: 'reasoning_effort' does not support 'minimal'",
      { reasoning_effort: 'minimal' },
      undefined,
    ],
    ['max_completion_tokens is too large: 999999', { max_completion_tokens: 999_999 }, undefined],
    [
      "Invalid schema for response_format 'x'",
      { response_format: { type: 'json_schema' } },
      undefined,
    ],
    ['json_schema: unsupported keyword', { response_format: { type: 'json_schema' } }, undefined],
    ['Invalid tool_choice', {}, undefined],
    ['The model is too small', named, undefined],
  ])('%s', (message, fields, learned) => {
    expect(learn(message, fields)).toEqual(learned);
    expect(learn(message, fields, 500)).toBeUndefined();
  });
});
