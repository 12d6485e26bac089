import { describe, expect, it } from '@jest/globals';
import type { ToolChoice } from '../../../../contracts/responses/tools.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { refusal, translate } from '../../../../../test/support/translate.js';

const tools = [
  { type: 'function', name: 'f' },
  { type: 'function', name: 'g.h' },
  { type: 'custom', name: 'patch' },
  { type: 'web_search' },
  { type: 'mcp', name: 'docs' },
  { type: 'shell' },
  {
    type: 'namespace',
    name: 'n',
    tools: [
      { type: 'function', name: 'a' },
      { type: 'custom', name: 'b' },
    ],
  },
  { type: 'namespace', name: 'one', tools: [{ type: 'function', name: 'f' }] },
  { type: 'tool_search' },
];
const legal = translate({ input: 'x', tools }).tools.chatName({ type: 'function', name: 'g.h' });
const named = (name: string) => ({ type: 'function', function: { name } });
const changed = (param = 'tool_choice') => ({ code: 'tool_choice_changed', param });

function choose(choice: unknown, dialect = {}) {
  const body = { input: 'x', tools, tool_choice: choice as ToolChoice };
  const { chatRequest, allowedTools, warnings } = translate(body, dialect);
  return {
    sent: chatRequest.tool_choice,
    allowed: allowedTools === undefined ? undefined : [...allowedTools],
    warnings: warnings.filter(({ code }) => code === 'tool_choice_changed'),
    tools: chatRequest.tools?.length,
  };
}

const functionF = { type: 'function', name: 'f' };
const off = { reasoning: { effort: 'none' } };

describe('tool_choice', () => {
  it.each<[unknown, unknown, string[] | undefined, unknown[]]>([
    [undefined, undefined, undefined, []],
    [null, undefined, undefined, []],
    ['auto', 'auto', undefined, []],
    ['required', 'required', undefined, []],
    ['none', 'none', [], []],
    [{ type: 'function', name: 'f' }, named('f'), undefined, []],
    [{ type: 'function', name: 'g.h' }, named(legal), undefined, []],
    [{ type: 'function', function: { name: 'f' } }, named('f'), undefined, []],
    [{ type: 'custom', name: 'patch' }, named('patch'), undefined, []],
    [{ type: 'custom', custom: { name: 'patch' } }, named('patch'), undefined, []],
    [{ type: 'function', name: 'patch' }, named('patch'), undefined, []],
    [{ type: 'shell' }, named('shell'), undefined, []],
    [{ type: 'function', name: 'f', namespace: 'one' }, named('one__f'), undefined, []],
    [{ type: 'namespace', name: 'one' }, named('one__f'), undefined, []],
    [{ type: 'namespace', name: 'n' }, 'required', ['n__a', 'n__b'], []],
    [
      {
        type: 'allowed_tools',
        mode: 'auto',
        tools: [{ type: 'namespace', name: 'n' }, { type: 'shell' }, { type: 'tool_search' }],
      },
      'auto',
      ['n__a', 'n__b', 'shell'],
      [changed('tool_choice.tools[2]')],
    ],
    [{ type: 'tool_search' }, 'auto', undefined, [changed()]],
    [{ type: 'web_search' }, 'auto', undefined, [changed()]],
    [{ type: 'mcp', name: 'docs' }, 'auto', undefined, [changed()]],
    [
      {
        type: 'allowed_tools',
        mode: 'required',
        tools: [
          { type: 'function', name: 'g.h' },
          { type: 'custom', name: 'patch' },
        ],
      },
      'required',
      [legal, 'patch'],
      [],
    ],
    [{ type: 'allowed_tools', tools: [{ type: 'function', name: 'f' }] }, 'auto', ['f'], []],
    [
      { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [named('f')] } },
      'auto',
      ['f'],
      [],
    ],
    [
      {
        type: 'allowed_tools',
        mode: 'auto',
        tools: [{ type: 'web_search' }, { type: 'function', name: 'f' }],
      },
      'auto',
      ['f'],
      [changed('tool_choice.tools[0]')],
    ],
    [
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'web_search' }, 3] },
      'none',
      [],
      [changed('tool_choice.tools[0]'), changed('tool_choice.tools[1]'), changed()],
    ],
    [{ type: 'allowed_tools' }, 'none', [], []],
  ])('%j', (choice, sent, allowed, warnings) => {
    expect(choose(choice)).toEqual({ sent, allowed, warnings, tools: 7 });
  });

  it.each([
    [{ type: 'function', name: 'x' }, 'unknown_tool', 'tool_choice.name'],
    [{ type: 'function', function: { name: 'x' } }, 'unknown_tool', 'tool_choice.function.name'],
    [{ type: 'function', name: 'f', namespace: 'x' }, 'unknown_tool', 'tool_choice.name'],
    [{ type: 'namespace', name: 'x' }, 'unknown_tool', 'tool_choice.name'],
    [{ type: 'apply_patch' }, 'unknown_tool', 'tool_choice'],
    [{ type: 'file_search' }, 'unknown_tool', 'tool_choice'],
    [{ type: 'function', function: 'x' }, 'unknown_tool', 'tool_choice'],
    [{ type: 'mcp', name: 'other' }, 'unknown_tool', 'tool_choice.name'],
    ['sometimes', 'invalid_value', 'tool_choice'],
    [{ type: 'allowed_tools', mode: 'x', tools: [] }, 'invalid_value', 'tool_choice.mode'],
    [
      { type: 'allowed_tools', allowed_tools: { mode: 1, tools: [] } },
      'invalid_value',
      'tool_choice.allowed_tools.mode',
    ],
    [
      { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'x' }] },
      'unknown_tool',
      'tool_choice.tools[0].name',
    ],
  ])('refuses %j', (choice, code, param) => {
    expect(refusal(() => choose(choice))).toEqual({ status: 400, code, param });
  });

  it.each<[unknown, Partial<BackendDialect>, object, unknown, unknown[], unknown]>([
    ['required', { toolChoice: 'auto' }, {}, 'auto', [changed()], undefined],
    [functionF, { toolChoice: 'auto' }, {}, 'auto', [changed()], new Set(['f'])],
    [functionF, { toolChoice: 'words' }, {}, 'required', [], new Set(['f'])],
    ['none', { toolChoice: 'auto' }, {}, 'none', [], new Set()],
    [functionF, { thinkingToolChoice: 'words' }, {}, 'required', [], new Set(['f'])],
    ['required', { thinkingToolChoice: 'auto' }, {}, 'auto', [changed()], undefined],
    ['required', { thinkingToolChoice: 'auto' }, off, 'required', [], undefined],
  ])('%j becomes what a backend of %j takes', (choice, dialect, more, sent, warnings, allowed) => {
    const translation = translate(
      {
        input: 'x',
        tools: [{ type: 'function', name: 'f' }],
        tool_choice: choice,
        ...more,
      },
      dialect,
    );
    expect(translation.chatRequest.tool_choice).toEqual(sent);
    expect(translation.warnings).toEqual(warnings);
    expect(translation.allowedTools).toEqual(allowed);
  });

  it.each([
    ['auto', []],
    ['required', [changed()]],
    [{ type: 'function', name: 'f' }, [changed()]],
  ])('is not sent to a backend without it: %j', (choice, warnings) => {
    expect(choose(choice, { toolChoice: 'none' })).toMatchObject({ sent: undefined, warnings });
  });

  it.each([
    ['computer', 'computer'],
    ['computer', 'computer_use'],
    ['computer', 'computer_use_preview'],
    ['computer_use_preview', 'computer_use_preview'],
    ['computer_use_preview', 'computer'],
  ])('finds the tool %s by the spelling %s', (type, choice) => {
    const { chatRequest } = translate({
      input: 'x',
      tools: [{ type }],
      tool_choice: { type: choice },
    });
    expect(chatRequest.tool_choice).toMatchObject({ function: { name: 'computer' } });
  });

  it.each<[unknown, unknown[], unknown[], unknown]>([
    ['required', [], [changed()], undefined],
    ['none', [], [], new Set()],
    [{ type: 'web_search' }, [{ type: 'web_search' }], [changed()], undefined],
    [{ type: 'web_search_2025_08_26' }, [{ type: 'web_search' }], [changed()], undefined],
    [{ type: 'web_search_preview' }, [{ type: 'web_search' }], [changed()], undefined],
    [{ type: 'allowed_tools', mode: 'auto', tools: [] }, [], [], new Set()],
  ])('is never sent without tools: %j', (choice, noTools, warnings, allowed) => {
    const translation = translate({
      input: 'x',
      tools: noTools,
      tool_choice: choice,
    });
    expect(translation.chatRequest).not.toHaveProperty('tool_choice');
    expect(translation.allowedTools).toEqual(allowed);
    expect(translation.warnings.filter(({ code }) => code !== 'tool_dropped')).toEqual(warnings);
  });
});
