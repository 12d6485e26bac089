import { describe, expect, it } from '@jest/globals';
import { eventViolations } from '../../../testing/event-invariants.js';
import { createHarness, type Harness } from '../../../../test/support/response-stream-harness.js';
import { testDialect } from '../../../../test/support/test-dialect.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { BackendDialect } from '../dialect/dialect.js';

function delta(content: Record<string, unknown>, finish?: string): ChatChunk {
  return { choices: [{ index: 0, delta: content, finish_reason: finish ?? null }] };
}

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const thought = [delta({ reasoning_content: 'Hm.' }), { ...delta({}, 'stop'), usage }];
const answer = [delta({ content: 'Noon.' }), { ...delta({}, 'stop'), usage }];

function harness(
  emptyTurn: BackendDialect['emptyTurn'],
  more: Partial<BackendDialect> = {},
): Harness {
  return createHarness({ dialect: testDialect({ emptyTurn, ...more }) });
}

describe('a turn that shows nothing', () => {
  it.each<[string, ChatChunk[]]>([
    ['nothing', [delta({}, 'stop')]],
    ['reasoning', thought],
    ['white space', [delta({ content: ' \n' }), delta({}, 'stop')]],
    ['an unclosed think tag', [delta({ content: '<think>Hm' }), delta({}, 'stop')]],
  ])('%s: left, and counted', (_name, chunks) => {
    const { stream, warnings } = harness('leave');
    const events = [...stream.start(), ...stream.push(chunks), ...stream.end()];
    expect(events.at(-1)?.type).toBe('response.completed');
    expect(warnings.list().map(({ code }) => code)).toEqual(['empty_turn']);
    expect(eventViolations(events)).toEqual([]);
  });

  it.each<[string, ChatChunk[]]>([
    ['text', answer],
    ['a refusal', [delta({ refusal: 'No.' }), delta({}, 'stop')]],
    ['a call', [delta({ tool_calls: [{ index: 0, function: { name: 'f' } }] }), delta({}, 'stop')]],
    ['the limit', [delta({ reasoning_content: 'Hm' }), delta({}, 'length')]],
    ['text that was held back', [delta({ content: '<thi' }), delta({}, 'stop')]],
  ])('%s is none', (_name, chunks) => {
    for (const policy of ['leave', 'retry', 'fail'] as const) {
      const { stream, warnings } = harness(policy);
      const events = [...stream.start(), ...stream.push(chunks), ...stream.end()];
      expect(stream.failure).toBeUndefined();
      expect(warnings.list()).toEqual([]);
      expect(eventViolations(events)).toEqual([]);
    }
  });

  it('fails with a code of its own', () => {
    const { stream } = harness('fail');
    const events = [...stream.start(), ...stream.push(thought), ...stream.end()];
    expect(stream.failure).toMatchObject({ status: 502, code: 'empty_answer' });
    expect(stream.response?.output).toMatchObject([{ type: 'reasoning' }]);
    expect(eventViolations(events)).toEqual([]);
  });

  it('is asked for once more: one response, reasoning kept, usage of both', () => {
    const { stream, warnings } = harness('retry');
    const events = [...stream.start(), ...stream.push(thought), ...stream.end()];
    expect(stream.response).toBeUndefined();
    expect(stream.answered).toBe(false);
    events.push(...stream.push(answer), ...stream.end());
    expect(eventViolations(events)).toEqual([]);
    expect(stream.response).toMatchObject({
      status: 'completed',
      output: [{ type: 'reasoning' }, { type: 'message', content: [{ text: 'Noon.' }] }],
      usage: { input_tokens: 20, output_tokens: 10, total_tokens: 30 },
    });
    expect(warnings.list()).toHaveLength(1);
  });

  it('is left after the second time', () => {
    const { stream, warnings } = harness('retry');
    const events = [...stream.start(), ...stream.push(thought), ...stream.end()];
    events.push(...stream.push(thought), ...stream.end());
    expect(stream.response?.status).toBe('completed');
    expect(warnings.list().map(({ code }) => code)).toEqual(['empty_turn', 'empty_turn']);
    expect(eventViolations(events)).toEqual([]);
  });

  it('reads the think tags of the second answer anew', () => {
    const { stream } = harness('retry', { thinkTags: 'open' });
    stream.start();
    stream.push([delta({ content: 'Hm</think> ' }), delta({}, 'stop')]);
    stream.end();
    stream.push([delta({ content: 'Hm again</think>Noon.' }), delta({}, 'stop')]);
    stream.end();
    expect(stream.response?.output).toMatchObject([
      { summary: [{ text: 'Hm' }] },
      { summary: [{ text: 'Hm again' }] },
      { content: [{ text: 'Noon.' }] },
    ]);
  });
});
