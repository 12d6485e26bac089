import { expect, it } from '@jest/globals';
import { EnvironmentError } from '../config/read-environment.js';
import { parseCallersFile } from './read-callers-file.js';

const callersIn = (text: string) => parseCallersFile(text, 'callers.yaml').callers;
const hash = (digit: string) => digit.repeat(64);
const problemsOf = (text: string): readonly string[] => {
  try {
    parseCallersFile(text, 'callers.yaml');
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
};

it('reads callers with their keys, models, limits and ends', () => {
  const text = `
callers:
  team-a:
    id: caller_1
    keys:
      - { sha256: ${hash('a')}, created: 2026-11-30 }
      - { sha256: ${hash('B')}, expires: 2027-01-31T12:00:00+01:00 }
    models: [gpt-*, fast]
    tokensPerDay: 5000
    moneyPerMonth: 0.5
  constructor: { keys: [], expires: 2027-01-31 }
`;
  const [team, other] = callersIn(text);
  expect(team).toMatchObject({
    name: 'team-a',
    id: 'caller_1',
    keys: [{ expiresAt: Infinity }, { expiresAt: Date.UTC(2027, 0, 31, 11) }],
    models: ['gpt-*', 'fast'],
    limits: { tokensPerDay: 5000, moneyPerMonth: 0.5 },
    expiresAt: Infinity,
  });
  expect(team?.keys[1]?.digest.toString('hex')).toBe(hash('b'));
  expect(other).toMatchObject({
    id: 'constructor',
    models: undefined,
    expiresAt: Date.UTC(2027, 0, 31),
  });
  expect(callersIn('callers:\n')).toEqual([]);
});

it.each([
  ['callers: { "a\\nb{x=\\"1\\"}": { keys: [] } }', /is no name that it may have/],
  ['callers: { __proto__: { keys: [] } }', /__proto__ is no name/],
  ['callers: { a: {} }', /callers\.a must have required property 'keys'/],
  ['callers: { a: { keys: [{ sha256: secret-key }] } }', /keys\[0\]\.sha256 must match pattern/],
  ['callers: { a: { keys: [], tokensPerDay: -1 } }', /tokensPerDay must be >= 0/],
  ['callers: { a: { keys: [], tokensPerHour: 1 } }', /tokensPerHour is unknown/],
  ['callers: { a: { keys: [], expires: 2027-02-30 } }', /a\.expires must be a date/],
  ['callers: { a: { keys: [], expires: tomorrow } }', /a\.expires must be a date/],
  ['callers: { a: { keys: [], expires: 2027-02-01T10:00 } }', /a\.expires must be a date/],
  ['callers: { a: { keys: [] }, b: { id: a, keys: [] } }', /b has the id a, which another/],
  ['callers: { a: { keys: [] }, a: { keys: [] } }', /Map keys must be unique/],
  ['callers: { a: { keys: [], models: [] } }', /models must NOT have fewer than 1 items/],
  [
    `callers: { a: { keys: [{ sha256: ${hash('a')} }] }, b: { keys: [{ sha256: ${hash('A')} }] } }`,
    /b\.keys\[0\] is there twice/,
  ],
  ['[]', /must be object/],
])('refuses %s', (text, problem) => {
  const problems = problemsOf(text).join('\n');
  expect(problems).toMatch(problem);
  expect(problems).toMatch(/^CALLERS_FILE callers\.yaml:\d+ /);
  expect(problems).not.toContain('secret-key');
});
