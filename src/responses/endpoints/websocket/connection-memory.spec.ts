import { describe, expect, it } from '@jest/globals';
import type { InputItem } from '../../../contracts/responses/items.js';
import { ConnectionMemory } from './connection-memory.js';

const limits = { items: 100, characters: 100_000 };
const item: InputItem = { type: 'message', role: 'user', content: 'Hi' };

describe('ConnectionMemory', () => {
  it('counts what it keeps, and releases it with what it forgets', () => {
    let kept = 0;
    const memory = new ConnectionMemory(limits, (bytes) => {
      kept += bytes;
      return () => (kept -= bytes);
    });
    memory.remember({ id: 'a', store: false }, [], [item], 'one');
    const one = kept;
    expect(one).toBeGreaterThan(0);
    memory.remember({ id: 'b', store: false }, [], [item], 'two');
    expect(kept).toBe(2 * one);
    memory.forget('a');
    expect(kept).toBe(one);
    memory.clear();
    expect(kept).toBe(0);
  });

  it('forgets a conversation whose memory others need, at once or later', () => {
    let drop = (): void => undefined;
    const memory = new ConnectionMemory(limits, (_bytes, dropped) => {
      drop = dropped;
      return () => undefined;
    });
    memory.remember({ id: 'a', store: false }, [], [item]);
    expect(memory.recall('a')).toBeDefined();
    drop();
    expect(memory.recall('a')).toBeUndefined();

    const full = new ConnectionMemory(limits, (_bytes, dropped) => {
      dropped();
      return () => undefined;
    });
    full.remember({ id: 'a', store: false }, [], [item]);
    expect(full.recall('a')).toBeUndefined();
  });
});
