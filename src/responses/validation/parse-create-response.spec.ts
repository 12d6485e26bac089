import { describe, expect, it } from '@jest/globals';
import type { ApiError } from '../../common/api-error.js';
import type { Settings } from '../../config/settings.js';
import { parseCreateResponse } from './parse-create-response.js';

const limits: Settings['limits'] = {
  bodyBytes: 10_000_000,
  inputItems: 5,
  historyBytes: 1024,
  inputBytes: 1_000,
  instructionsBytes: 20,
  tools: 3,
  jsonDepth: 12,
  streamLineBytes: 1_000,
  outputBytes: 1_000,
};

const base = { model: 'm', input: 'x' };
const parse = (body: unknown) => parseCreateResponse(body, limits);

function errorOf(body: unknown): ApiError {
  try {
    parse(body);
  } catch (error) {
    return error as ApiError;
  }
  throw new Error('The body was accepted.');
}

describe('the envelope', () => {
  it.each<[unknown, string, string | null, string]>([
    [
      'x',
      'invalid_type',
      null,
      'Invalid type for the request body: expected a JSON object, but got a string instead.',
    ],
    [
      null,
      'invalid_type',
      null,
      'Invalid type for the request body: expected a JSON object, but got null instead.',
    ],
    [{ input: 'x' }, 'missing_required_parameter', 'model', "Missing required parameter: 'model'."],
    [
      { model: null, input: 'x' },
      'missing_required_parameter',
      'model',
      "Missing required parameter: 'model'.",
    ],
    [{ model: '', input: 'x' }, 'invalid_value', 'model', "Invalid 'model': empty string."],
    [
      { model: 3, input: 'x' },
      'invalid_type',
      'model',
      "Invalid type for 'model': expected a string, but got an integer instead.",
    ],
    [{ model: 'm' }, 'missing_required_parameter', 'input', "Missing required parameter: 'input'."],
    [
      { ...base, input: {} },
      'invalid_type',
      'input',
      "Invalid type for 'input': expected a string or an array, but got an object instead.",
    ],
    [
      { ...base, temperature: 'hot' },
      'invalid_type',
      'temperature',
      "Invalid type for 'temperature': expected a number, but got a string instead.",
    ],
    [
      { ...base, temperature: 2.5 },
      'decimal_above_max_value',
      'temperature',
      "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 instead.",
    ],
    [
      { ...base, max_output_tokens: 0 },
      'integer_below_min_value',
      'max_output_tokens',
      "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ],
    [
      { ...base, max_output_tokens: 1.5 },
      'invalid_type',
      'max_output_tokens',
      "Invalid type for 'max_output_tokens': expected an integer, but got a decimal instead.",
    ],
    [
      { ...base, truncation: 'some' },
      'invalid_value',
      'truncation',
      "Invalid value: 'some'. Supported values are: 'auto', 'disabled'.",
    ],
    [
      { ...base, prompt_cache_key: 'k'.repeat(65) },
      'string_above_max_length',
      'prompt_cache_key',
      "Invalid 'prompt_cache_key': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
    ],
    [
      { ...base, include: ['reasoning.encrypted_content', 1] },
      'invalid_type',
      'include[1]',
      "Invalid type for 'include[1]': expected a string, but got an integer instead.",
    ],
    [
      { ...base, stream_options: { include_obfuscation: 'no' } },
      'invalid_type',
      'stream_options.include_obfuscation',
      "Invalid type for 'stream_options.include_obfuscation': expected a boolean, but got a string instead.",
    ],
  ])('%j', (body, code, param, message) => {
    expect(errorOf(body)).toMatchObject({ status: 400, code, param, message });
  });

  it.each([
    ['stream', 'yes'],
    ['store', 1],
    ['include', 'x'],
    ['tools', {}],
    ['tool_choice', []],
    ['conversation', 4],
    ['messages', {}],
    ['instructions', ['x']],
    ['metadata', []],
    ['reasoning', 'high'],
    ['text', 'json'],
    ['truncation', 1],
    ['parallel_tool_calls', 'no'],
    ['top_p', 1.01],
    ['top_p', -0.1],
    ['presence_penalty', -3],
    ['frequency_penalty', 3],
    ['top_logprobs', 21],
    ['top_logprobs', -1],
    ['max_tokens', 0],
    ['max_completion_tokens', 'x'],
    ['max_tool_calls', 0],
    ['n', 0],
    ['seed', 1.5],
    ['safety_identifier', 'k'.repeat(129)],
    ['user', {}],
  ])('%s: %j is a 400', (param, value) => {
    expect(errorOf({ ...base, [param]: value })).toMatchObject({ status: 400, param });
  });

  it('takes null for absent, the borders of every range, and unknown fields', () => {
    const body = {
      model: 'm',
      input: null,
      messages: [],
      stream: null,
      temperature: 0,
      top_p: 1,
      presence_penalty: -2,
      top_logprobs: 20,
      max_output_tokens: 1,
      seed: -5,
      metadata: null,
      tools: null,
      tool_choice: null,
      reasoning: null,
      text: null,
      custom_field: { anything: true },
    };
    expect(parse(body)).toBe(body);
  });

  it('is not switched off by keys that objects have by themselves', () => {
    const body = JSON.parse('{"model":3,"input":"x","constructor":{},"__proto__":{}}') as unknown;
    expect(errorOf(body)).toMatchObject({ param: 'model', code: 'invalid_type' });
    expect(errorOf({ ...base, toString: 1, temperature: 'x' })).toMatchObject({
      param: 'temperature',
    });
  });

  const pairs = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
  it.each<[object, string, string]>([
    [pairs(17), 'metadata', 'object_above_max_length'],
    [{ ['k'.repeat(65)]: 'v' }, 'metadata', 'string_above_max_length'],
    [{ a: 'v'.repeat(513) }, 'metadata.a', 'string_above_max_length'],
    [{ a: 1 }, 'metadata.a', 'invalid_type'],
  ])('metadata %#', (metadata, param, code) => {
    expect(errorOf({ ...base, metadata })).toMatchObject({ status: 400, param, code });
    const largest = { ...pairs(15), ['k'.repeat(64)]: 'v'.repeat(512) };
    expect(() => parse({ ...base, metadata: largest })).not.toThrow();
  });
});

it.each<[object, string, string]>([
  [{ previous_response_id: '' }, 'previous_response_id', 'invalid_value'],
  [{ conversation: '' }, 'conversation', 'invalid_value'],
  [{ conversation: {} }, 'conversation.id', 'missing_required_parameter'],
  [{ conversation: { id: '' } }, 'conversation.id', 'invalid_value'],
  [{ conversation: { id: 5 } }, 'conversation.id', 'invalid_type'],
])('nothing is continued by an empty name: %j', (field, param, code) => {
  expect(errorOf({ ...base, ...field })).toMatchObject({ status: 400, param, code });
});

describe('items', () => {
  const user = (content: unknown) => ({ role: 'user', content });
  it.each<[unknown, string, string]>([
    [3, 'input[1]', 'invalid_type'],
    [{ content: 'x' }, 'input[1].type', 'missing_required_parameter'],
    [{ type: 'message', content: 'x' }, 'input[1].role', 'missing_required_parameter'],
    [{ role: 'critic', content: 'x' }, 'input[1].role', 'invalid_value'],
    [user(4), 'input[1].content', 'invalid_type'],
    [user(['x']), 'input[1].content[0]', 'invalid_type'],
    [user([{ text: 'x' }]), 'input[1].content[0]', 'invalid_type'],
    [user([{ type: 'input_text' }]), 'input[1].content[0].text', 'missing_required_parameter'],
    [user([{ type: 'input_text', text: 1 }]), 'input[1].content[0].text', 'invalid_type'],
    [
      user([{ type: 'input_image', image_url: 1 }]),
      'input[1].content[0].image_url',
      'invalid_type',
    ],
    [
      user([{ type: 'input_image', image_url: { url: 1 } }]),
      'input[1].content[0].image_url.url',
      'invalid_type',
    ],
    [
      user([{ type: 'file', file: { file_data: 1 } }]),
      'input[1].content[0].file.file_data',
      'invalid_type',
    ],
    [{ type: 'function_call', call_id: 'c' }, 'input[1].name', 'missing_required_parameter'],
    [{ type: 'function_call', name: '' }, 'input[1].name', 'invalid_value'],
    [{ type: 'function_call', name: 'f', call_id: 1 }, 'input[1].call_id', 'invalid_type'],
    [{ type: 'function_call_output', call_id: [] }, 'input[1].call_id', 'invalid_type'],
    [
      {
        type: 'function_call_output',
        call_id: 'c',
        output: [{ type: 'input_image', image_url: 1 }],
      },
      'input[1].output[0].image_url',
      'invalid_type',
    ],
    [{ type: 'custom_tool_call', name: 'p' }, 'input[1].input', 'missing_required_parameter'],
    [{ type: 'reasoning', summary: 'x' }, 'input[1].summary', 'invalid_type'],
    [{ type: 'reasoning', summary: [{ text: 1 }] }, 'input[1].summary[0].text', 'invalid_type'],
    [{ type: 'item_reference' }, 'input[1].id', 'missing_required_parameter'],
  ])('%j', (item, param, code) => {
    expect(errorOf({ model: 'm', input: [user('x'), item] })).toMatchObject({
      status: 400,
      param,
      code,
    });
  });

  it('says what it expected', () => {
    expect(
      errorOf({ model: 'm', input: [user([{ type: 'input_image', image_url: 1 }])] }).message,
    ).toBe(
      "Invalid type for 'input[0].content[0].image_url': expected a string or an object, but got an integer instead.",
    );
    expect(errorOf({ model: 'm', input: [{ role: 'critic' }] }).message).toMatch(
      /^Invalid value: 'critic'\. Supported values are: 'user', /,
    );
  });

  it('is lenient on history, and adds only the type', () => {
    const items = [
      { role: 'user', content: null },
      { type: 'reasoning', id: 'r', summary: [], content: null, encrypted_content: null },
      { type: 'function_call', id: null, call_id: null, name: 'f', arguments: { a: 1 } },
      { type: 'function_call_output', output: [1, 'x', { type: 'circle' }] },
      { type: 'web_search_call', content: [1], output: ['x'] },
    ];
    const body = Object.freeze({
      model: 'm',
      input: Object.freeze(items.map((item) => Object.freeze(item))),
    });
    const parsed = parse(body);
    expect(parsed.input).toEqual([{ ...items[0], type: 'message' }, ...items.slice(1)]);
    expect(parse({ model: 'm', input: [{ id: 'msg_1' }] }).input).toEqual([
      { id: 'msg_1', type: 'item_reference' },
    ]);
  });

  it.each<[unknown, string]>([
    ['x', 'messages[0]'],
    [{ role: 'user', content: [{ type: 'text', text: 1 }] }, 'messages[0].content[0].text'],
    [{ role: 'user', content: [1] }, 'messages[0].content[0]'],
  ])('hybrid message %j', (message, param) => {
    expect(errorOf({ model: 'm', messages: [message] })).toMatchObject({
      param,
      code: 'invalid_type',
    });
  });
});

it.each([
  [{ type: 'file_search', vector_store_ids: 'vs_1' }, 'vector_store_ids'],
  [{ type: 'file_search', max_num_results: '5' }, 'max_num_results'],
  [{ type: 'file_search', filters: 'tenant' }, 'filters'],
  [{ type: 'file_search', ranking_options: 0.5 }, 'ranking_options'],
  [
    { type: 'file_search', ranking_options: { score_threshold: 'high' } },
    'ranking_options.score_threshold',
  ],
  [{ type: 'code_interpreter', container: 5 }, 'container'],
  [{ type: 'code_interpreter', container: { file_ids: 'f' } }, 'container.file_ids'],
  [{ type: 'image_generation', partial_images: 'two' }, 'partial_images'],
  [{ type: 'image_generation', size: 1024 }, 'size'],
])("a wrong type inside of one of OpenAI's own tools is refused: %j", (tool, field) => {
  expect(errorOf({ ...base, tools: [tool] })).toMatchObject({
    code: 'invalid_type',
    param: `tools[0].${field}`,
  });
});

describe('tools, tool choice and settings', () => {
  it.each<[object, string, string]>([
    [{ tools: ['x'] }, 'tools[0]', 'invalid_type'],
    [{ tools: [{}] }, 'tools[0].type', 'missing_required_parameter'],
    [{ tools: [{ type: 1 }] }, 'tools[0].type', 'invalid_type'],
    [
      { tools: [{ type: 'x' }, { type: 'function' }] },
      'tools[1].name',
      'missing_required_parameter',
    ],
    [{ tools: [{ type: 'function', name: 1 }] }, 'tools[0].name', 'invalid_type'],
    [
      { tools: [{ type: 'function', name: 'f', parameters: 'x' }] },
      'tools[0].parameters',
      'invalid_type',
    ],
    [{ tools: [{ type: 'function', name: 'f', strict: 'x' }] }, 'tools[0].strict', 'invalid_type'],
    [
      { tools: [{ type: 'function', function: {} }] },
      'tools[0].function.name',
      'missing_required_parameter',
    ],
    [
      { tools: [{ type: 'web_search', filters: { allowed_domains: 'a.example' } }] },
      'tools[0].filters.allowed_domains',
      'invalid_type',
    ],
    [
      { tools: [{ type: 'web_search_preview', user_location: 'US' }] },
      'tools[0].user_location',
      'invalid_type',
    ],
    [{ tools: [{ type: 'mcp' }] }, 'tools[0].server_label', 'missing_required_parameter'],
    [
      {
        tools: [
          { type: 'mcp', server_label: 'a' },
          { type: 'mcp', server_label: 'a' },
        ],
      },
      'tools[1].server_label',
      'duplicate_tool',
    ],
    [{ tools: [{ type: 'custom' }] }, 'tools[0].name', 'missing_required_parameter'],
    [{ tools: [{ type: 'namespace', name: 'n' }] }, 'tools[0].tools', 'missing_required_parameter'],
    [
      { tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'function' }] }] },
      'tools[0].tools[0].name',
      'missing_required_parameter',
    ],
    [
      {
        tools: [
          { type: 'namespace', name: 'n', tools: [{ type: 'namespace', name: 'm', tools: [] }] },
        ],
      },
      'tools[0].tools[0].type',
      'invalid_value',
    ],
    [
      { input: [{ type: 'additional_tools', tools: [{ type: 'function' }] }] },
      'input[0].tools[0].name',
      'missing_required_parameter',
    ],
    [
      { input: [{ type: 'tool_search_output', call_id: 'c', tools: ['x'] }] },
      'input[0].tools[0]',
      'invalid_type',
    ],
    [{ input: [{ type: 'shell_call', action: 'ls' }] }, 'input[0].action', 'invalid_type'],
    [
      {
        tools: [
          {
            type: 'namespace',
            name: 'n',
            tools: ['a', 'b'].map((name) => ({ type: 'function', name })),
          },
        ],
        input: [
          {
            type: 'additional_tools',
            tools: ['a', 'b'].map((name) => ({ type: 'function', name })),
          },
        ],
      },
      'tools',
      'array_above_max_length',
    ],
    [
      { tools: [{ type: 'custom', custom: {} }] },
      'tools[0].custom.name',
      'missing_required_parameter',
    ],
    [{ tool_choice: 'maybe' }, 'tool_choice', 'invalid_value'],
    [{ tool_choice: {} }, 'tool_choice.type', 'missing_required_parameter'],
    [{ tool_choice: { type: 'function' } }, 'tool_choice.name', 'missing_required_parameter'],
    [{ tool_choice: { type: 'custom', name: 1 } }, 'tool_choice.name', 'invalid_type'],
    [
      { tool_choice: { type: 'function', function: {} } },
      'tool_choice.function.name',
      'missing_required_parameter',
    ],
    [{ tool_choice: { type: 'allowed_tools' } }, 'tool_choice.tools', 'missing_required_parameter'],
    [{ tool_choice: { type: 'allowed_tools', tools: 'x' } }, 'tool_choice.tools', 'invalid_type'],
    [
      { tool_choice: { type: 'allowed_tools', tools: [1] } },
      'tool_choice.tools[0]',
      'invalid_type',
    ],
    [
      { tool_choice: { type: 'allowed_tools', allowed_tools: { tools: [{}] } } },
      'tool_choice.allowed_tools.tools[0].type',
      'missing_required_parameter',
    ],
    [{ reasoning: { effort: 1 } }, 'reasoning.effort', 'invalid_type'],
    [{ reasoning: { context: 'some' } }, 'reasoning.context', 'invalid_value'],
    [{ background_options: '2h' }, 'background_options', 'invalid_type'],
    [
      { background_options: { completion_window: '3h' } },
      'background_options.completion_window',
      'invalid_value',
    ],
    [
      { background_options: { continuation_id: 1 } },
      'background_options.continuation_id',
      'invalid_type',
    ],
    [
      { input: [{ type: 'configuration_update', text: { format: { type: 'xml' } } }] },
      'input[0].text.format.type',
      'invalid_value',
    ],
    [{ text: { verbosity: 1 } }, 'text.verbosity', 'invalid_type'],
    [{ text: { format: 'json' } }, 'text.format', 'invalid_type'],
    [{ text: { format: {} } }, 'text.format.type', 'missing_required_parameter'],
    [{ text: { format: { type: 'xml' } } }, 'text.format.type', 'invalid_value'],
    [
      { text: { format: { type: 'json_schema', schema: {} } } },
      'text.format.name',
      'missing_required_parameter',
    ],
    [
      { text: { format: { type: 'json_schema', name: 'n' } } },
      'text.format.schema',
      'missing_required_parameter',
    ],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: 1 } } },
      'response_format.json_schema.schema',
      'invalid_type',
    ],
  ])('%j', (fields, param, code) => {
    expect(errorOf({ ...base, ...fields })).toMatchObject({ status: 400, param, code });
  });

  it.each([
    { tools: [{ type: 'function', name: 'f', description: null, parameters: null, strict: null }] },
    { tools: [{ type: 'function', function: { name: 'f' } }, { type: 'web_search' }] },
    { tools: [{ type: 'custom', name: 'p', format: { type: 'text' } }] },
    { tool_choice: 'required' },
    { tool_choice: { type: 'function', name: 'f' } },
    { tool_choice: { type: 'web_search' } },
    {
      tool_choice: {
        type: 'allowed_tools',
        mode: 'auto',
        tools: [{ type: 'function', name: 'f' }],
      },
    },
    { reasoning: { effort: null, summary: 'auto' } },
    { background_options: null },
    { background_options: { completion_window: '2h', continuation_id: 'c' } },
    { text: { format: { type: 'json_schema', name: 'n', schema: {}, strict: null } } },
    { text: { format: null }, response_format: { type: 'json_object' } },
  ])('accepts %j', (fields) => {
    const body = { ...base, ...fields };
    expect(parse(body)).toBe(body);
  });
});

describe('limits', () => {
  const item = { role: 'user', content: 'x' };
  const items = (count: number) => Array.from({ length: count }, () => item);
  it.each<[object, number, string]>([
    [{ input: items(6) }, 400, 'input'],
    [{ messages: items(6) }, 400, 'messages'],
    [{ tools: Array.from({ length: 4 }, () => ({ type: 'x' })) }, 400, 'tools'],
    [{ instructions: 'ü'.repeat(11) }, 400, 'instructions'],
    [{ input: 'ü'.repeat(501) }, 413, 'input'],
    [
      { input: [{ role: 'user', content: [{ type: 'input_text', text: 'x'.repeat(1001) }] }] },
      413,
      'input',
    ],
    [{ messages: [{ role: 'user', content: 'x'.repeat(1001) }] }, 413, 'messages'],
  ])('%#', (fields, status, param) => {
    expect(errorOf({ ...base, ...fields })).toMatchObject({ status, param });
  });

  it('are limits that themselves pass', () => {
    const body = {
      model: 'm',
      input: [...items(4), { role: 'user', content: 'x'.repeat(976) }],
      instructions: 'ü'.repeat(10),
      tools: Array.from({ length: 3 }, () => ({ type: 'x' })),
    };
    expect(() => parse(body)).not.toThrow();
  });

  it('refuses a value that is nested without end', () => {
    const deep = JSON.parse('['.repeat(20) + ']'.repeat(20)) as unknown;
    const input = [{ type: 'function_call_output', call_id: 'c', output: deep }];
    expect(errorOf({ model: 'm', input })).toMatchObject({ status: 400, param: 'input' });
  });
});

describe('the closed lists of values', () => {
  it.each([
    ['text.verbosity', { text: { verbosity: 'bogus' } }],
    ['reasoning.summary', { reasoning: { summary: 'bogus' } }],
    ['reasoning.generate_summary', { reasoning: { generate_summary: 'bogus' } }],
    ['prompt_cache_retention', { prompt_cache_retention: '1h' }],
  ])('%s names what it may be', (param, fields) => {
    const error = errorOf({ ...base, ...fields });
    expect(error).toMatchObject({ param, code: 'invalid_value' });
    expect(error.message).toMatch(/Supported values are: '/);
    expect(error.message).not.toContain('null');
  });

  it.each([
    { text: { verbosity: 'low' } },
    { text: { verbosity: null } },
    { reasoning: { summary: 'none' } },
    { prompt_cache_retention: 'in-memory' },
    { service_tier: 'on_demand' },
    { reasoning: { effort: 'a word of its host' } },
  ])('%j is taken', (fields) => {
    expect(() => parse({ ...base, ...fields })).not.toThrow();
  });
});
