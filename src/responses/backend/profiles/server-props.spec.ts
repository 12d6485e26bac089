import { describe, expect, it } from '@jest/globals';
import { readServerProps } from './server-props.js';

const able = {
  supports_tools: true,
  supports_tool_calls: true,
  supports_parallel_tool_calls: true,
  supports_system_role: true,
};
const props = (capabilities: object, more: object = {}) => ({
  chat_template: '{{ messages }}',
  chat_template_caps: { ...able, ...capabilities },
  ...more,
});

describe('what llama-server tells of itself', () => {
  it.each<[string, unknown, object | undefined]>([
    ['everything can be had', props({}), {}],
    [
      'no tools',
      props({ supports_tools: false, supports_tool_calls: false }),
      { toolTelling: 'all_as_text', toolCallRescue: true },
    ],
    [
      'no calls of the history',
      props({ supports_tool_calls: false }),
      { toolTelling: 'calls_as_text', toolCallRescue: true },
    ],
    ['one call a turn', props({ supports_parallel_tool_calls: false }), { oneCallPerTurn: true }],
    ['no system role', props({ supports_system_role: false }), { systemRole: 'user' }],
    ['no eyes', props({}, { modalities: { vision: false, audio: false } }), { images: 'none' }],
    ['an old build tells no capabilities', { chat_template: 'x' }, {}],
    ['another server', { detail: 'Not Found' }, undefined],
    ['nothing', 'ok', undefined],
  ])('%s', (_name, answer, dialect) => {
    expect(readServerProps(answer)?.dialect).toEqual(dialect);
  });

  it('has the context of a slot', () => {
    const told = readServerProps(props({}, { default_generation_settings: { n_ctx: 4096 } }));
    expect(told?.contextWindow).toBe(4096);
  });
});
