import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { growthOf } from './support/growth.js';

/**
 * Lets every regular expression of the product, from the syntax tree, meet the worst texts that its own words can make: its time
 * may grow with the text, not with its square. The lint rules for expressions know some of the bad forms; this finds the rest
 * (`a.*b`, which is quadratic in `aaaa…`).
 */

const SOURCE = resolve(import.meta.dirname, '../src');
const SMALL = 1_200;
const LARGE = 12_000;

interface Expression {
  place: string;
  source: string;
  flags: string;
}

const files = readdirSync(SOURCE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /(?<!\.spec)\.ts$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));

/** `text.match(pattern)` makes an expression of whatever is not one; a constant of the same file is seen as what it is. */
function makesOne({ expression, arguments: [pattern] }: ts.CallExpression): boolean {
  if (!ts.isPropertyAccessExpression(expression) || pattern === undefined) return false;
  if (!['match', 'matchAll', 'search'].includes(expression.name.text)) return false;
  const isConstant = pattern.getSourceFile().text.includes(`const ${pattern.getText()} = /`);
  return !ts.isRegularExpressionLiteral(pattern) && !isConstant;
}

/** Finds the expressions that a file writes down, and how often it makes one of a text at run time, however it calls that. */
function expressionsOf(place: string, text: string): { literals: Expression[]; made: number } {
  const literals: Expression[] = [];
  let made = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      literals.push({ place, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    const isNamed = ts.isIdentifier(node) && node.text === 'RegExp';
    if (isNamed && !ts.isTypeReferenceNode(node.parent)) made += 1;
    if (ts.isCallExpression(node) && makesOne(node)) made += 1;
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(place, text, ts.ScriptTarget.Latest, true));
  return { literals, made };
}

const found = files.map((file) => {
  const place = file.slice(SOURCE.length + 1);
  return { place, ...expressionsOf(place, readFileSync(file, 'utf8')) };
});
const literals = found.flatMap((file) => file.literals);
const made = found.filter((file) => file.made > 0).map(({ place }) => place);

/** Finds the texts of an expression that stand for themselves, and the characters that most are made of. */
function wordsOf(source: string): string[] {
  const plain = source
    .replace(/\\[bBdDsSwW]/g, ' ')
    .replace(/\\u[0-9a-f]{4}|\\p\{.*?\}/gi, ' ')
    .replace(/\\([nrt])/g, '\n')
    .replace(/\\(.)/g, '$1');
  const words = plain.split(/\[[^\]]*\]|\(\?<?[:=!]|[()|*+?^$]|\{[\d,]+\}/);
  return [...new Set(words.map((word) => word.slice(0, 40)).filter(Boolean))].slice(0, 8);
}

function* attacksOn(source: string): Generator<(size: number) => string> {
  const words = wordsOf(source);
  const characters = [' ', '\n', 'a', 'A', '0', '=', '"', '\\', '/', '-', '.', ':', '<', '`'];
  const pumps = new Set([...words, ...characters, ...words.map((word) => `${word} `)]);
  for (const pump of pumps) {
    for (const head of ['', ...words]) {
      for (const tail of ['', '\u0000!']) {
        yield (size) => head + pump.repeat(Math.ceil(size / pump.length)) + tail;
      }
    }
  }
}

/** Gives the first attack under which the time grows faster than the text; undefined where there is none. */
function weaknessOf({ source, flags }: Expression): string | undefined {
  const expression = new RegExp(source, flags);
  for (const attack of attacksOn(source)) {
    const match = (size: number): void => {
      expression.lastIndex = 0;
      const text = attack(size);
      if (expression.global) text.replace(expression, '');
      else expression.test(text);
    };
    const started = performance.now();
    match(LARGE);
    // Only what takes long is looked at twice: a square of 12,000 steps takes far more than this.
    if (performance.now() - started < 6) continue;
    if (growthOf(match, SMALL, LARGE, 40) > 40) return JSON.stringify(attack(30));
  }
  return undefined;
}

describe('the regular expressions', () => {
  it('are linear in the text', () => {
    expect(literals.length).toBeGreaterThan(150);
    const weak = literals.map((expression) => ({ ...expression, attack: weaknessOf(expression) }));
    expect(weak.filter(({ attack }) => attack !== undefined)).toEqual([]);
  }, 120_000);

  it.each([
    ['const a = RegExp(b); type C = RegExp;', 1],
    ['const A = globalThis.RegExp; class B extends RegExp {}', 2],
    ['text.search(word); text.match(/a/); const B = /b/g; text.matchAll(B);', 1],
  ])('would be found, however they are called: %s', (text, times) => {
    expect(expressionsOf('a.ts', text).made).toBe(times);
  });

  it('would be found when they are not linear', () => {
    const weak = [String.raw`input.*limit`, String.raw`\s*x$`, '<title[^>]*>([^<]*)</title>'];
    expect(weak.filter((source) => weaknessOf({ place: '', source, flags: '' }))).toEqual(weak);
  });

  /** These are made of parts at run time: each of the places has a growth test of its own, or reads what operators write. */
  it('that are made at run time are known', () => {
    expect(made.sort()).toEqual([
      'logging/scrub-secrets.ts',
      'responses/backend/families/model-family.ts',
      'responses/backend/profiles/apply-entry.ts',
      'responses/backend/profiles/profile-entry.ts',
      // It searches an index, which has a method of that name.
      'responses/pipeline/executors/tool-search/tool-index.ts',
      'responses/translator/stream/rescue/opening-finder.ts',
      'responses/translator/stream/text/harmony-splitter.ts',
    ]);
  });
});
