import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../test/support/translate.js';

const user = { role: 'user', content: 'Hi' };
const named = { type: 'function', name: 'f', parameters: {} };

describe('fields that nothing reads', () => {
  it.each([
    [{ tools: [{ ...named, async: true }] }, 'tools[0].async'],
    [{ tools: [{ ...named, allowed_callers: ['programmatic'] }] }, 'tools[0].allowed_callers'],
    [{ tools: [{ ...named, output_schema: { type: 'object' } }] }, 'tools[0].output_schema'],
    [{ tools: [{ type: 'custom', name: 'c', async: true }] }, 'tools[0].async'],
    [
      { tools: [{ type: 'namespace', name: 'n', tools: [{ ...named, async: true }] }] },
      'tools[0].tools[0].async',
    ],
    [{ reasoning: { depth: 3 } }, 'reasoning.depth'],
    [{ reasoning: { mode: 'pro' } }, 'reasoning.mode'],
    [{ text: { tone: 'dry' } }, 'text.tone'],
    [{ input: [{ ...user, mood: 'good' }] }, 'input[0].mood'],
    [
      {
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: 'Hi', prompt_cache_breakpoint: { mode: 'explicit' } },
            ],
          },
        ],
      },
      'input[0].content[0].prompt_cache_breakpoint',
    ],
  ])('%j', (fields, param) => {
    const { warnings } = translate({ input: 'Hi', ...fields });
    expect(warnings).toEqual([{ code: 'field_ignored', param }]);
  });

  it('are no loss where they ask for nothing', () => {
    const nothing = { async: false, allowed_callers: ['direct'], output_schema: null };
    const { warnings } = translate({
      input: [{ ...user, id: 'msg_1', status: 'completed', phase: 'commentary' }],
      tools: [{ ...named, ...nothing }],
      reasoning: { mode: 'standard', context: 'auto' },
    });
    expect(warnings).toEqual([]);
  });
});

describe('settings that change on the way', () => {
  const update = (fields: object) => ({ type: 'configuration_update', id: 'cu_1', ...fields });

  it('are those of the last update, in the history or the input', () => {
    const history = [update({ reasoning: { effort: 'low' }, text: { format: { type: 'text' } } })];
    const schema = { type: 'json_schema', name: 's', schema: { type: 'object' } };
    const { chatRequest, warnings } = translate(
      { input: [update({ text: { format: schema } }), user], reasoning: { effort: 'high' } },
      {},
      { history },
    );
    expect(warnings).toEqual([]);
    expect(chatRequest).toMatchObject({
      reasoning_effort: 'low',
      response_format: { type: 'json_schema', json_schema: { name: 's' } },
    });
  });
});

describe('reasoning.context', () => {
  const input = [
    user,
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'thought' }] },
    { role: 'assistant', content: 'Hello.' },
    user,
  ];

  it.each([
    ['tool-turns', 'all_turns', true, []],
    ['full', 'current_turn', false, []],
    ['full', 'auto', true, []],
    ['off', 'all_turns', false, [{ code: 'field_ignored', param: 'reasoning.context' }]],
  ] as const)('%s with %s', (reasoningReplay, context, isSent, expected) => {
    const { chatRequest, warnings } = translate(
      { input, reasoning: { context } },
      { reasoningReplay },
    );
    expect(JSON.stringify(chatRequest.messages).includes('thought')).toBe(isSent);
    expect(warnings.filter(({ code }) => code === 'field_ignored')).toEqual(expected);
  });
});

const g = { type: 'function', name: 'g' };

describe('fields inside of settings and of fields of tools', () => {
  it.each<[object, string]>([
    [{ text: { format: { type: 'text', zap: 1 } } }, 'text.format.zap'],
    [
      { text: { format: { type: 'json_schema', name: 'n', schema: {}, zap: 1 } } },
      'text.format.zap',
    ],
    [{ response_format: { type: 'text', zap: 1 } }, 'response_format.zap'],
    [
      { context_management: [{ type: 'compaction', compact_threshold: 2000, zap: 1 }] },
      'context_management[0].zap',
    ],
    [{ conversation: { id: 'c', zap: 1 } }, 'conversation.zap'],
    [{ tools: [g], tool_choice: { type: 'function', name: 'g', zap: 1 } }, 'tool_choice.zap'],
    [
      { tools: [{ type: 'custom', name: 'c', format: { type: 'text', zap: 1 } }] },
      'tools[0].format.zap',
    ],
    [{ tools: [{ type: 'function', function: { name: 'f', zap: 1 } }] }, 'tools[0].function.zap'],
    [
      { tools: [{ type: 'shell', environment: { type: 'local', zap: 1 } }] },
      'tools[0].environment.zap',
    ],
  ])('are not lost in silence: %j', (body, param) => {
    const { warnings } = translate({ input: 'Hi', ...body });
    expect(warnings).toEqual([{ code: 'field_ignored', param }]);
  });
});
