import { describe, expect, it } from '@jest/globals';
import { repairFailedGeneration } from './repair-failed-generation.js';

const tools = new Map([['get_time', { properties: { count: { type: 'integer' } } }]]);
const failure = (text: unknown) => ({
  error: {
    message: 'Failed to call a function.',
    code: 'tool_use_failed',
    failed_generation: text,
  },
});
const call = '<tool_call>{"name":"get_time","arguments":{"count":2}}</tool_call>';

describe('repairFailedGeneration', () => {
  it.each([
    ['function tags with JSON', '<function=get_time>{"count": "2"}</function>'],
    ['parameters', '<function=get_time><parameter=count>2</parameter></function>'],
    ['one call', '{"name": "get_time", "arguments": {"count": 2}}'],
    ['parameters for arguments', '{"name": "get_time", "parameters": {"count": "2"}}'],
    ['a list', '[{"name": "get_time", "arguments": "{\\"count\\": 2}"}]'],
    [
      'tool_calls',
      '{"tool_calls":[{"type":"function","function":{"name":"get_time","arguments":{"count":2}}}]}',
    ],
    ['a code fence', '```json\n{"name": "get_time", "arguments": {"count": 2}}\n```'],
  ])('%s', (_name, text) => {
    expect(repairFailedGeneration(failure(text), tools)).toEqual({
      choices: [{ index: 0, delta: { content: call }, finish_reason: 'stop' }],
    });
  });

  it.each([
    ['an unknown tool', failure('{"name":"rm","arguments":{}}')],
    ['one unknown among several', failure('[{"name":"get_time"},{"name":"rm"}]')],
    ['prose', failure('I would call get_time now.')],
    ['broken JSON', failure('{"name":"get_time","arguments":{')],
    ['no generation', failure(undefined)],
    ['another error', { error: { message: 'x' } }],
    ['a text', 'failed_generation'],
  ])('%s stays an error', (_name, body) => {
    expect(repairFailedGeneration(body, tools)).toBeUndefined();
  });
});
