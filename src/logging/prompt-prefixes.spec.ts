import { describe, expect, it } from '@jest/globals';
import { PromptPrefixes } from './prompt-prefixes.js';

describe('PromptPrefixes', () => {
  it('gives what the turn before had sent, and no more than this turn has', () => {
    const prefixes = new PromptPrefixes();
    expect(prefixes.take('a', 100, 0)).toBeUndefined();
    expect(prefixes.take('b', 7, 1)).toBeUndefined();
    expect(prefixes.take('a', 150, 2)).toBe(100);
    expect(prefixes.take('a', 20, 3)).toBe(20);
    expect(prefixes.take('a', 50, 4)).toBe(20);
  });

  it('knows no turn of more than an hour ago', () => {
    const prefixes = new PromptPrefixes();
    prefixes.take('a', 100, 0);
    expect(prefixes.take('a', 100, 3_600_001)).toBeUndefined();
    expect(prefixes.take('a', 100, 3_600_002)).toBe(100);
  });

  it('forgets the conversation that was quiet for longest, so that its memory is bounded', () => {
    const prefixes = new PromptPrefixes();
    for (let index = 0; index < 10_000; index++) prefixes.take(`s${index}`, 1, 0);
    expect(prefixes.take('s0', 2, 0)).toBe(1);
    prefixes.take('new', 1, 0);
    expect(prefixes.take('s0', 3, 0)).toBe(2);
    expect(prefixes.take('s1', 1, 0)).toBeUndefined();
  });
});
