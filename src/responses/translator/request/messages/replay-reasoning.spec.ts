import { describe, expect, it } from '@jest/globals';
import { capableDialect } from '../../../../../test/support/translate.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { Thought } from '../../thought.js';
import { WarningCollector } from '../../warning.js';
import { replayReasoning } from './replay-reasoning.js';
import type { AssistantTurn, ReasoningText } from '../context/turn.js';

function replay(
  changes: Partial<BackendDialect>,
  reasoning: readonly Partial<ReasoningText>[],
  thought?: Partial<Thought>,
) {
  const warnings = new WarningCollector();
  const call = { id: 'c', name: 'f', arguments: '{}', param: 'input[1]', thought };
  const turn = {
    calls: thought === undefined ? [] : [call],
    reasoning: reasoning.map((said) => ({ text: '', legacy: false, param: null, ...said })),
  };
  const sent = replayReasoning(
    turn as unknown as AssistantTurn,
    capableDialect({ reasoningReplayField: 'reasoning_content', ...changes }),
    warnings,
  );
  return { sent, warnings: warnings.list().map(({ code }) => code) };
}

describe('the reasoning that goes back', () => {
  const said = [{ text: 'one' }, { text: 'two' }];

  it.each<[Partial<BackendDialect>, object]>([
    [{}, { field: { reasoning_content: 'one\ntwo' } }],
    [{ reasoningReplayField: 'reasoning' }, { field: { reasoning: 'one\ntwo' } }],
    [{ reasoningReplayField: 'think_tags' }, { tags: '<think>one\ntwo</think>' }],
    [{ reasoningReplay: 'off' }, {}],
    [{ reasoningReplay: 'tool-turns' }, {}],
  ])('of a turn without calls, by %j', (changes, sent) => {
    expect(replay(changes, said)).toEqual({ sent, warnings: [] });
  });

  it('is what is remembered by the call where the client has dropped it', () => {
    const changes = { reasoningReplay: 'tool-turns' } as const;
    expect(replay(changes, [], { text: 'known' }).sent).toEqual({
      field: { reasoning_content: 'known' },
    });
    expect(replay(changes, [{ text: 'own' }], { text: 'known' }).sent).toEqual({
      field: { reasoning_content: 'own' },
    });
  });

  it.each<[Partial<BackendDialect>, string[]]>([
    [{ missingReasoning: 'all' }, ['reasoning_filled']],
    [{ missingReasoning: 'calls' }, []],
    [{ missingReasoning: 'all', reasoningReplay: 'off' }, []],
    [{ missingReasoning: 'all', reasoningReplayField: 'think_tags' }, []],
  ])('is filled where a backend misses it: %j', (changes, warnings) => {
    const { sent, warnings: codes } = replay(changes, []);
    expect(codes).toEqual(warnings);
    expect(sent).toEqual(warnings.length === 0 ? {} : { field: { reasoning_content: ' ' } });
  });

  it('of the Rust proxy always goes back in tags', () => {
    expect(replay({ reasoningReplay: 'off' }, [{ text: 'old', legacy: true }]).sent).toEqual({
      tags: '<think>old</think>',
    });
  });
});

describe('blocks that only their vendor reads', () => {
  const block = (text: string, index = 0) => ({ type: 'reasoning.text', index, text });
  const openrouter: Partial<BackendDialect> = { reasoningDetails: true, vendor: 'openrouter' };

  it.each([
    ['that grew', [[block('a')], [block('ab')]], [block('ab')]],
    ['of two thoughts', [[block('a')], [block('b')]], [block('a'), block('b')]],
    ['of two places', [[block('a')], [block('ab', 1)]], [block('a'), block('ab', 1)]],
    [
      'that became fewer',
      [[block('a'), block('b', 1)], [block('a')]],
      [block('a'), block('b', 1), block('a')],
    ],
  ])('go back once: %s', (_name, lists, details) => {
    const said = lists.map((blocks) => ({ text: 'x', details: blocks }));
    expect(replay(openrouter, said).sent.details).toEqual({ reasoning_details: details });
  });

  it('come from memory rather than from a sealed item that was closed before them', () => {
    const memory = { text: 'x', vendor: 'openrouter', details: [block('ab')] };
    expect(replay(openrouter, [{ text: 'x', details: [block('a')] }], memory).sent.details).toEqual(
      {
        reasoning_details: [block('ab')],
      },
    );
    expect(replay(openrouter, [], { ...memory, details: undefined }).sent.details).toBeUndefined();
  });

  it('of another vendor are left out with a warning', () => {
    const memory = { text: '', vendor: 'elsewhere', details: [block('ab')] };
    const { sent, warnings } = replay(openrouter, [], memory);
    expect(sent).toEqual({});
    expect(warnings).toEqual(['reasoning_dropped']);
  });
});
