import { describe, expect, it } from '@jest/globals';
import { ReasoningDeltas } from './reasoning-deltas.js';

const read = (chunks: readonly string[]): string => {
  const deltas = new ReasoningDeltas();
  return chunks.map((chunk) => deltas.newText(chunk)).join('');
};

describe('ReasoningDeltas', () => {
  it('joins deltas', () => {
    expect(read(['I look at ', 'the file, ', 'then I edit.'])).toBe(
      'I look at the file, then I edit.',
    );
  });

  it('joins snapshots once', () => {
    expect(read(['I look at the', 'I look at the file', 'I look at the file.'])).toBe(
      'I look at the file.',
    );
  });

  it('adds nothing when a snapshot comes again', () => {
    expect(read(['User ', 'User greets.', 'User greets.'])).toBe('User greets.');
  });

  it('keeps equal chunks, and short ones that begin alike', () => {
    expect(read(['ha', 'haha'])).toBe('hahaha');
    expect(read(['again and again ', 'again and again '])).toBe('again and again again and again ');
  });
});
