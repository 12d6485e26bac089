import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../../test/support/translate.js';

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
    [{ background_options: { completion_window: '8h' } }, 'background_options.completion_window'],
    [{ background_options: { continuation_id: 'c' } }, 'background_options.continuation_id'],
    [{ background_options: { deadline: '8h' } }, 'background_options.deadline'],
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
      background_options: { completion_window: 'soonest', continuation_id: null },
    });
    expect(warnings).toEqual([]);
  });
});

describe('marks that end a cached prefix', () => {
  const mark = { prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } };
  const allowedFields = new Set(['prompt_cache_options']);
  const unjoined = { leadingSystem: 'separate', lateSystem: 'system', allowedFields } as const;
  const marked = { type: 'input_text', text: 'Hi', ...mark };
  const image = { type: 'input_image', image_url: 'data:image/png;base64,aGk=', ...mark };
  const file = { type: 'input_file', file_data: 'data:text/plain;base64,aGk=', ...mark };
  const pdf = { type: 'input_file', file_data: 'data:application/pdf;base64,aGk=', ...mark };

  it('stay on what the user and the system say, where the backend takes them', () => {
    const content = [marked, { type: 'input_text', text: 'you' }, image, file, pdf];
    const { chatRequest, warnings } = translate(
      {
        input: [
          { role: 'developer', content: [{ type: 'input_text', text: 'Be' }, marked] },
          { role: 'user', content: [marked] },
          { role: 'user', content },
        ],
      },
      unjoined,
    );
    expect(warnings).toEqual([]);
    const text = { type: 'text', text: 'Hi', ...mark };
    expect(chatRequest.messages).toMatchObject([
      { role: 'system', content: [{ type: 'text', text: 'Be' }, text] },
      { role: 'user', content: [text] },
      {
        role: 'user',
        content: [
          text,
          { type: 'text', text: 'you' },
          { type: 'image_url', ...mark },
          { type: 'text', ...mark },
          { type: 'file', ...mark },
        ],
      },
    ]);
  });

  it.each<[string, object[], object, string]>([
    [
      'a tool',
      [{ type: 'function_call_output', call_id: 'c', output: [marked] }],
      unjoined,
      'output',
    ],
    ['the assistant', [{ role: 'assistant', content: [marked] }], unjoined, 'content'],
    ['a joined system', [{ role: 'system', content: [marked] }], { allowedFields }, 'content'],
    ['a user elsewhere', [{ role: 'user', content: [marked] }], {}, 'content'],
  ])('are told to be lost on what %s says', (_who, items, dialect, field) => {
    const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' };
    const { chatRequest, warnings } = translate({ input: [user, call, ...items] }, dialect);
    const param = `input[2].${field}[0].prompt_cache_breakpoint`;
    expect(warnings).toContainEqual({ code: 'field_ignored', param });
    expect(JSON.stringify(chatRequest)).not.toContain('explicit');
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
