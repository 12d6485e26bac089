import { describe, expect, it } from '@jest/globals';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import { areLarge, firstPiece } from './event-pieces.js';

const delta = (characters: number) =>
  ({ type: 'response.output_text.delta', delta: 'x'.repeat(characters) }) as ResponseEvent;
const done = (characters: number) =>
  ({
    type: 'response.output_item.done',
    item: { content: [{ text: 'x'.repeat(characters) }] },
  }) as unknown as ResponseEvent;

describe('pieces of events', () => {
  it('are small events together, and a large one by itself', () => {
    const events = [delta(10), delta(10), done(300_000), done(300_000), delta(10)];
    const sizes: number[] = [];
    for (let rest = events; rest.length > 0;) {
      const piece = firstPiece(rest);
      sizes.push(piece.length);
      rest = rest.slice(piece.length);
    }
    expect(sizes).toEqual([2, 1, 1, 1]);
  });

  it('are bounded where small ones are many', () => {
    const many = Array.from({ length: 1_000 }, () => delta(1_000));
    expect(firstPiece(many).length).toBeLessThan(300);
    expect(areLarge(many)).toBe(true);
    expect(areLarge(many.slice(0, 100))).toBe(false);
  });
});
