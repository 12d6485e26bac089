import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Sealer } from '../../../sealing/sealer.js';
import { ThoughtMemory } from './thought-memory.service.js';

const clock = { now: () => at };
let at = 0;
const memory = () => new ThoughtMemory(clock, new Sealer(['a secret that is long enough']));

describe('ThoughtMemory', () => {
  it('finds a thought by its call, for its own caller alone', () => {
    const thoughts = memory();
    const details = [{ type: 'reasoning.encrypted', data: 'x' }];
    thoughts.remember('alice', 'call_1', { text: 'why', details, vendor: 'openrouter' });
    expect(thoughts.recall('alice', 'call_1')).toMatchObject({ text: 'why', details });
    expect(thoughts.recall('bob', 'call_1')).toBeUndefined();
    expect(thoughts.recall(undefined, 'call_1')).toBeUndefined();
    expect(thoughts.recall('alice', 'call_2')).toBeUndefined();
  });

  it('forgets with time', () => {
    const thoughts = memory();
    thoughts.remember('alice', 'call_1', { text: 'why' });
    at += 2 * 60 * 60 * 1000;
    expect(thoughts.recall('alice', 'call_1')).toBeUndefined();
  });

  it('keeps the newest when it is full', () => {
    const thoughts = memory();
    const text = () => randomBytes(300_000).toString('base64');
    for (let call = 0; call < 120; call++) thoughts.remember('a', `call_${call}`, { text: text() });
    expect(thoughts.recall('a', 'call_0')).toBeUndefined();
    expect(thoughts.recall('a', 'call_119')).toBeDefined();
  });
});
