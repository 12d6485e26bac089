import { describe, expect, it } from '@jest/globals';
import { capableDialect, translate } from '../../../../../test/support/translate.js';
import { ToolAdapterSet } from '../../tools/tool-adapter-set.js';
import { toolAdapters } from '../../tools/tool-adapters.js';
import { WarningCollector } from '../../warning.js';
import { toResponsesRequest } from '../native/to-responses-request.js';
import { TranslationTrace } from './translation-trace.js';

const tools = [
  { type: 'function', name: 'get_time', parameters: { type: 'object' } },
  { type: 'custom', name: 'apply_patch' },
  { type: 'web_search' },
];
const round = [
  { role: 'user', content: 'Hi' },
  { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
  { type: 'function_call', call_id: 'c1', name: 'get_time', arguments: '{}' },
  { type: 'function_call', call_id: 'c2', name: 'get_time', arguments: '{"zone":"CET"}' },
  { type: 'function_call_output', call_id: 'c2', output: 'ten' },
  { type: 'function_call_output', call_id: 'c1', output: 'nine' },
  { role: 'user', content: 'Thanks' },
  { role: 'user', content: 'Bye' },
];

/** Gives, for each part of the request, what became of it. */
function traced(
  body: Parameters<typeof translate>[0],
  dialect: Parameters<typeof translate>[1] = {},
  options: Parameters<typeof translate>[2] = {},
): Record<string, string[]> {
  const trace = new TranslationTrace();
  const { chatRequest } = translate(body, dialect, { ...options, trace });
  const became: Record<string, string[]> = {};
  for (const { from, to, rule } of trace.links(chatRequest))
    if (rule !== 'setting') (became[`${from} ${rule}`] ??= []).push(to);
  return became;
}

describe('the trace of a translation', () => {
  it('says which item became which message, call and output, and which tool became which function', () => {
    expect(traced({ instructions: 'Be kind.', input: round, tools: tools })).toEqual({
      'instructions instructions': ['messages[0]'],
      'input[0] message': ['messages[1]'],
      'input[1] reasoning': ['messages[2]'],
      'input[2] function_call': ['messages[2].tool_calls[0]'],
      'input[3] function_call': ['messages[2].tool_calls[1]'],
      'input[4] function_call_output': ['messages[4]'],
      'input[5] function_call_output': ['messages[3]'],
      'input[6] message': ['messages[5]'],
      'input[7] message': ['messages[6]'],
      'tools[0] function': ['tools[0]'],
      'tools[1] custom': ['tools[1]'],
    });
  });

  it('follows messages that were merged, and ids that were counted anew', () => {
    const dialect = { mergeUserMessages: true, callIdFormat: 'functions' } as const;
    expect(traced({ input: round }, dialect)).toMatchObject({
      'input[1] reasoning': ['messages[1]'],
      'input[2] function_call': ['messages[1].tool_calls[0]'],
      'input[6] message': ['messages[4]'],
      'input[7] message': ['messages[4]'],
    });
  });

  it('follows calls into rounds of their own, and into text', () => {
    expect(traced({ input: round }, { oneCallPerTurn: true })).toMatchObject({
      'input[3] function_call': ['messages[3].tool_calls[0]'],
      'input[4] function_call_output': ['messages[4]'],
      'input[5] function_call_output': ['messages[2]'],
    });
    const asText = traced({ input: round, tools: tools }, { toolTelling: 'all_as_text' });
    expect(asText['tools[0] function']).toEqual(['messages[0]']);
    expect(asText['input[2] function_call']).toContain('messages[2]');
  });

  it('names what is not in the request by its place in the history, and follows a truncation', () => {
    const history = [{ type: 'message', role: 'user', content: 'x'.repeat(9_000) }] as never;
    expect(traced({ input: 'Hi' }, {}, { history })).toEqual({
      'history[0] message': ['messages[0]'],
      'input message': ['messages[1]'],
    });
    const cut = { truncation: 'auto' } as const;
    expect(traced({ input: 'Hi', ...cut }, {}, { history, contextTokens: 1_000 })).toEqual({
      'input message': ['messages[0]'],
    });
  });

  it('says which setting became which field', () => {
    const trace = new TranslationTrace();
    const body = { input: 'Hi', max_output_tokens: 5, temperature: 0.5 };
    const { chatRequest } = translate(body, {}, { trace });
    expect(trace.links(chatRequest)).toEqual(
      expect.arrayContaining([
        { from: 'max_output_tokens', to: 'max_tokens', rule: 'setting' },
        { from: 'temperature', to: 'temperature', rule: 'setting' },
        { from: 'model', to: 'model', rule: 'setting' },
      ]),
    );
  });

  it('changes nothing of what is sent', () => {
    const body = { input: round, tools: tools as never, instructions: 'x' };
    const { chatRequest } = translate(body, {}, { trace: new TranslationTrace() });
    expect(chatRequest).toEqual(translate(body).chatRequest);
  });

  it('says which item became which where the backend speaks Responses', () => {
    const trace = new TranslationTrace();
    const item = { type: 'custom_tool_call', call_id: 'c3', name: 'apply_patch', input: 'p' };
    const done = { type: 'custom_tool_call_output', call_id: 'c3', output: 'ok' };
    const { responsesRequest } = toResponsesRequest(
      { model: 'm', instructions: 'Be kind.', input: [...round, item, done] as never, tools },
      {
        dialect: capableDialect({
          api: 'responses',
          responsesReasoning: 'off',
          responsesTools: ['custom'],
        }),
        adapters: new ToolAdapterSet(toolAdapters),
        warnings: new WarningCollector(),
        trace,
      },
    );
    const links = trace.links(responsesRequest).map(({ from, to }) => [from, to]);
    const moved = links.filter(([from, to]) => from !== to);
    expect(links).toContainEqual(['input[0]', 'input[0]']);
    expect(links).toContainEqual(['instructions', 'instructions']);
    expect(moved).toEqual([
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((from) => [`input[${from}]`, `input[${from - 1}]`]),
      ['tools[1]', 'tools[0]'],
      ['tools[0]', 'tools[1]'],
    ]);
  });
});
