import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

/** The public surface stands in a file, so that a change of it shows in a review. UPDATE_FIXTURES=true writes the file anew. */

const ROOT = resolve(import.meta.dirname, '..');
const REPORT = join(ROOT, 'src/index.api.txt');

function surface(): string {
  const entry = join(ROOT, 'src/index.ts');
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) =>
    ts.sys.readFile(path),
  ) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const program = ts.createProgram([entry], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error('The entry has no exports.');
  const lines = checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    return [exported.name, ...membersOf(symbol, checker).map((member) => `  ${member}`)];
  });
  return `${lines.join('\n')}\n`;
}

/** The names of what can be used of it, a question mark behind those that may be left out. */
function membersOf(symbol: ts.Symbol, checker: ts.TypeChecker): string[] {
  if (!(symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class))) return [];
  const members = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
  const isPublic = (member: ts.Symbol): boolean =>
    !member.declarations?.some(
      (declaration) => ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private,
    );
  return members
    .filter(isPublic)
    .map(({ name, flags }) => `${name}${flags & ts.SymbolFlags.Optional ? '?' : ''}`)
    .sort();
}

it('the public surface is what its report says', () => {
  const current = surface();
  if (process.env.UPDATE_FIXTURES === 'true') writeFileSync(REPORT, current);
  expect(current).toBe(readFileSync(REPORT, 'utf8'));
});
