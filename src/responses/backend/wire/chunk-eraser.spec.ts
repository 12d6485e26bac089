import { describe, expect, it } from '@jest/globals';
import { DONE_CHUNK, type ChatChunk } from '../../../contracts/chat/chunk.js';
import type { JsonRecord } from '../../../common/json.js';
import { ChunkEraser } from './chunk-eraser.js';
import { HiddenTexts } from './text-eraser.js';

const key = 'operator-key-0123456789';
const chunk = (delta: JsonRecord, more: JsonRecord = {}): ChatChunk => ({
  id: 'c',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const eraser = (): ChunkEraser => new ChunkEraser(new HiddenTexts([key], '***'));
const pieces = (text: string): string[] => text.match(/.{1,3}/g) ?? [];

/** Says a text in pieces, by deltas of this shape. */
function spelled(shape: (piece: string) => JsonRecord, text: string): ChatChunk[] {
  const one = eraser();
  return [...one.pushAll(pieces(text).map((piece) => chunk(shape(piece)))), ...one.end()];
}

describe('ChunkEraser', () => {
  it.each<[string, (piece: string) => JsonRecord]>([
    ['content', (content) => ({ content })],
    ['parts of content', (text) => ({ content: [{ type: 'text', text }] })],
    ['reasoning', (reasoning_content) => ({ reasoning_content })],
    ['parts of thinking', (text) => ({ content: [{ type: 'thinking', thinking: [{ text }] }] })],
    ['details', (text) => ({ reasoning_details: [{ type: 'reasoning.text', index: 0, text }] })],
    ['a refusal', (refusal) => ({ refusal })],
    ['arguments', (text) => ({ tool_calls: [{ index: 1, function: { arguments: text } }] })],
    ['arguments without an index', (text) => ({ tool_calls: [{ function: { arguments: text } }] })],
    ['a legacy call', (text) => ({ function_call: { arguments: text } })],
    ['a field that nobody knows', (text) => ({ inner: { voice: text } })],
  ])('erases a key that is spelled in %s', (_, shape) => {
    const said = JSON.stringify(spelled(shape, `so: ${key}. and oper`));
    const letters = said.replaceAll(/[^a-z0-9*]/g, '');
    expect(said).toContain('***');
    expect(said).not.toContain('456');
    // What only begins like a key comes at the end, in its own field.
    expect(letters).toMatch(/ope.*r/);
  });

  it('leaves chunks without anything of a key the very same', () => {
    const chunks = [
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Hello' }),
      DONE_CHUNK,
    ];
    const shown = eraser().pushAll(chunks);
    expect(shown).toHaveLength(3);
    for (const [at, one] of shown.entries()) expect(one).toBe(chunks[at]);
  });

  it('shows what is held back before another field speaks, and before the end is told', () => {
    const one = eraser();
    const shown = one.pushAll([
      chunk({ reasoning: 'operat' }),
      chunk({ content: 'operator' }),
      chunk({}, { finish_reason: 'stop' }),
    ]);
    expect(shown.map(({ choices }) => choices)).toMatchObject([
      [{ delta: { reasoning: 'ope' } }],
      [{ delta: { reasoning: 'rat' } }],
      [{ delta: { content: 'ope' } }],
      [{ delta: { content: 'rator' } }],
      [{ delta: {}, finish_reason: 'stop' }],
    ]);
    expect(one.end()).toEqual([]);
  });

  it('shows what the last delta itself holds back', () => {
    const [last] = eraser().push(chunk({ content: 'operator' }, { finish_reason: 'stop' }));
    expect(last).toMatchObject({ choices: [{ delta: { content: 'operator' } }] });
  });

  it('tells no tokens of a text that has changed', () => {
    const logprobs = { content: [{ token: 'operator-key', logprob: 0 }] };
    const [shown] = eraser().push(chunk({ content: 'operator-key' }, { logprobs }));
    expect(JSON.stringify(shown)).not.toContain('operator-key');
  });

  it('keeps calls apart whose arguments come by turns', () => {
    const call = (index: number, text: string) =>
      chunk({ tool_calls: [{ index, function: { arguments: text } }] });
    const said = JSON.stringify(
      eraser().pushAll([
        call(0, key.slice(0, 9)),
        call(1, 'x'),
        call(0, key.slice(9)),
        call(1, 'y'),
      ]),
    );
    expect(said).toContain('***');
    expect(said).not.toContain(key.slice(9));
  });
});
