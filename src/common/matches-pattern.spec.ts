import { expect, it } from '@jest/globals';
import { matchesPattern } from './matches-pattern.js';

it.each([
  ['gpt-4o', 'GPT-4o', true],
  ['gpt-4o', 'gpt-4o-mini', false],
  ['gpt-*', 'gpt-', true],
  ['gpt-*', 'my-gpt-4', false],
  ['*/qwen*-32b', 'Qwen/Qwen3-32B', true],
  ['*/qwen*-32b', 'Qwen/Qwen3-32B-fp8', false],
  ['a*a', 'a', false],
  ['a*b*b', 'ab', false],
  ['a.c', 'abc', false],
  ['**', '', true],
])('%s stands for %s: %s', (pattern, name, expected) => {
  expect(matchesPattern(pattern, name)).toBe(expected);
});
