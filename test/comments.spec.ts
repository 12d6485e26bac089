import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** Holds the part of the rules for comments that a machine can see: CONTRIBUTING.md has them all. */

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['src', 'test', 'scripts', 'bench'];

const RULES: readonly (readonly [rule: string, isBroken: (comment: string) => boolean])[] = [
  ['ends as a sentence does', (comment) => !/[.!?:…][)"'`\]]?$/.test(comment)],
  [
    'has a main clause',
    (comment) => /(?:^|\n)(?:Whether|True (?:for|if|when)|False (?:for|if|when)) /.test(comment),
  ],
  ['says what an arrow would mean', (comment) => comment.replace(/`[^`]*`/g, '').includes(' -> ')],
  ['names an issue with its repository', (comment) => /(?<![\w./-])#\d{2,}/.test(comment)],
  ['stands for itself', (comment) => /pain point|\bthe original\b/i.test(comment)],
];

/** Gives the doc comments of a text, without the types that JSDoc writes, and the comments that have lines of their own. */
function commentsOf(text: string): string[] {
  const docs = [...text.matchAll(/\/\*\*([\s\S]*?)\*\//g)].map(([, body = '']) =>
    body.replace(/^\s*\*\s?/gm, '').replace(/^@(?:param|returns) \{.*$/gm, ''),
  );
  const lines = [...text.matchAll(/(?:^[ \t]*\/\/.*\n)+/gm)].map(([block]) =>
    block.replace(/^[ \t]*\/\/ ?/gm, ''),
  );
  return [...docs, ...lines].map((comment) => comment.trim()).filter((comment) => comment !== '');
}

/** Directives of tools are no prose, and a word or two over a group of lines is its heading. */
function isProse(comment: string): boolean {
  return !/^(?:eslint|@ts-|prettier)/.test(comment) && !/^\w+(?: \w+){0,3}$/.test(comment);
}

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ts|mjs)$/.test(path))
    .map((path) => join(folder, path)),
);

describe('comments', () => {
  it.each(RULES)('each %s', (_rule, isBroken) => {
    const broken = sources.flatMap((path) =>
      commentsOf(readFileSync(join(ROOT, path), 'utf8'))
        .filter((comment) => isProse(comment) && isBroken(comment))
        .map((comment) => `${path}: ${comment}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('the head of a room', () => {
  const rooms = ['src', 'src/responses'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => path !== 'src/responses' && statSync(join(ROOT, path)).isDirectory()),
  );

  it.each(rooms)('%s says what belongs there, what does not, and which test to add', (room) => {
    const paragraphs = readFileSync(join(ROOT, room, 'README.md'), 'utf8')
      .trim()
      .split('\n\n');
    expect(paragraphs).toEqual([
      expect.stringMatching(/^# /),
      expect.stringMatching(/\.$/),
      expect.stringMatching(/^Not here: .*\.$/s),
      expect.stringMatching(/^Test to add: .*\.$/s),
    ]);
  });

  it.each(rooms)('%s names files and folders that exist', (room) => {
    const text = readFileSync(join(ROOT, room, 'README.md'), 'utf8');
    const named = [...text.matchAll(/`([\w./-]+(?:\/|\.ts|\.md))`/g)].map(([, path = '']) => path);
    const places = [room, 'src/responses', 'src', 'src/responses/translator', '.'];
    const missing = named.filter(
      (path) => !places.some((place) => existsSync(join(ROOT, place, path))),
    );
    expect(missing).toEqual([]);
  });
});
