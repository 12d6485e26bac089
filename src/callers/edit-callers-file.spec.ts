import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { addCaller, listCallers, revoke, rotateKey } from './edit-callers-file.js';
import { parseCallersFile } from './read-callers-file.js';
import { editFile } from './write-callers-file.js';

const callersIn = (text: string) => parseCallersFile(text, 'callers.yaml').callers;
const now = new Date('2026-11-30T10:00:00Z');
const hour = 3_600_000;
const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const folder = mkdtempSync(join(tmpdir(), 'callers-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('adds callers, and has the hashes of their random keys alone', () => {
  const one = addCaller('', 'team-a', { models: ['gpt-*'], tokensPerDay: 5 }, now);
  const two = addCaller(`# mine\n${one.text}`, 'team-b', { expires: '2027-01-31' }, now);
  expect(one.key).toMatch(/^sk-proxy-[\w-]{43}$/);
  expect(two.key).not.toBe(one.key);
  expect(two.text).not.toContain(one.key);
  expect(two.text).toContain('# mine\n');
  const [a, b] = callersIn(two.text);
  expect(a).toMatchObject({ name: 'team-a', models: ['gpt-*'], limits: { tokensPerDay: 5 } });
  expect(a?.keys[0]?.digest.toString('hex')).toBe(sha256(one.key));
  expect(a?.id).toMatch(/^caller_/);
  expect(b?.id).not.toBe(a?.id);
  expect(listCallers(two.text)).toHaveLength(2);
});

it.each([
  ['a name that is there', () => addCaller(addCaller('', 'a', {}, now).text, 'a', {}, now)],
  ['a name for a label of its own', () => addCaller('', 'a"} 1\nb', {}, now)],
  ['a limit that is none', () => addCaller('', 'a', { tokensPerDay: 0.5 }, now)],
  ['an end that is none', () => addCaller('', 'a', { expires: 'soon' }, now)],
  ['to rotate whom nobody knows', () => rotateKey('', 'a', 0, now)],
  ['to revoke what is ambiguous', () => revoke(addCaller('', 'a', {}, now).text, 'a', '')],
  ['a file that is no YAML', () => addCaller('{', 'a', {}, now)],
])('refuses %s', (_name, edit) => {
  expect(edit).toThrow();
});

it('rotates a key at once or with an overlap, and keeps who the caller is', () => {
  const added = addCaller('', 'a', {}, now);
  const at = (text: string) => callersIn(text)[0];
  const rotated = rotateKey(added.text, 'a', 0, now);
  expect(at(rotated.text)?.keys.map(({ digest }) => digest.toString('hex'))).toEqual([
    sha256(rotated.key),
  ]);
  expect(at(rotated.text)?.id).toBe(at(added.text)?.id);

  const overlapping = rotateKey(added.text, 'a', hour, now);
  expect(at(overlapping.text)?.keys.map(({ expiresAt }) => expiresAt)).toEqual([
    now.getTime() + hour,
    Infinity,
  ]);
  // Another rotation prolongs no key, and drops what has ended.
  const again = rotateKey(overlapping.text, 'a', 5 * hour, new Date(now.getTime() + 2 * hour));
  expect(at(again.text)?.keys.map(({ expiresAt }) => expiresAt)).toEqual([
    now.getTime() + 7 * hour,
    Infinity,
  ]);
});

it('revokes a caller, or one of its keys', () => {
  const first = addCaller('', 'a', {}, now);
  const second = rotateKey(first.text, 'a', hour, now);
  const text = revoke(second.text, 'a', sha256(first.key).slice(0, 8));
  expect(callersIn(text)[0]?.keys).toHaveLength(1);
  expect(text).toContain(sha256(second.key));
  expect(callersIn(revoke(text, 'a', undefined))).toEqual([]);
});

it('edits a file as a whole, behind a link too, and one at a time', () => {
  const file = join(folder, 'callers.yaml');
  const link = join(folder, 'link.yaml');
  writeFileSync(file, 'before', { mode: 0o600 });
  symlinkSync(file, link);
  editFile(link, (text) => `${text} and after`);
  expect(readFileSync(file, 'utf8')).toBe('before and after');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const meanwhile = (): void => {
    editFile(file, () => {
      editFile(file, () => 'lost');
      return 'lost';
    });
  };
  expect(meanwhile).toThrow(/Somebody else edits/);
  expect(() => {
    editFile(file, () => {
      throw new Error('no');
    });
  }).toThrow('no');
  editFile(file, () => 'last');
  expect(readFileSync(file, 'utf8')).toBe('last');
});
