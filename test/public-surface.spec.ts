import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/** The public surface stands in files, with its types, so that a change of it shows in a review. UPDATE_FIXTURES=true writes them anew. */

const ROOT = resolve(import.meta.dirname, '..');
const ENTRIES = ['src/index', 'src/testing'];

const { TypeFormatFlags, SymbolFlags } = ts;
const FORMAT: ts.TypeFormatFlags =
  TypeFormatFlags.NoTruncation | TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;

function compile(): ts.Program {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) =>
    ts.sys.readFile(path),
  ) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const files = ENTRIES.map((entry) => join(ROOT, `${entry}.ts`));
  return ts.createProgram(files, { ...options, noEmit: true });
}

function surface(program: ts.Program, entry: string): string {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(ROOT, `${entry}.ts`));
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} has no exports.`);
  const lines = checker
    .getExportsOfModule(module)
    .flatMap((exported) => describeExport(exported, checker));
  return `${lines.join('\n')}\n`;
}

/** An interface or a class is its members, a line each; anything else is its type. Types that are not exported stand by their name. */
function describeExport(exported: ts.Symbol, checker: ts.TypeChecker): string[] {
  const symbol = exported.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const { flags } = symbol;
  const value = checker.getTypeOfSymbol(symbol);
  if (!(flags & SymbolFlags.Type))
    return [`${exported.name}: ${checker.typeToString(value, undefined, FORMAT)}`];
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const name = checker.typeToString(type, undefined, FORMAT);
  if (flags & SymbolFlags.TypeAlias) {
    const format: ts.TypeFormatFlags = FORMAT | TypeFormatFlags.InTypeAlias;
    return [`${name}: ${checker.typeToString(type, undefined, format)}`];
  }
  const constructors = flags & SymbolFlags.Class ? value.getConstructSignatures() : [];
  const statics = [...(symbol.exports?.values() ?? [])].filter(
    (member) => !(member.flags & SymbolFlags.Prototype),
  );
  return [
    name,
    ...constructors.map(
      (signature) => `  new ${checker.signatureToString(signature, undefined, FORMAT)}`,
    ),
    ...membersOf(statics, checker).map((member) => `  static ${member}`),
    ...membersOf(checker.getPropertiesOfType(type), checker).map((member) => `  ${member}`),
  ];
}

/** Gives the members that can be used, a question mark behind those that may be left out. */
function membersOf(members: readonly ts.Symbol[], checker: ts.TypeChecker): string[] {
  const isPublic = ({ declarations = [] }: ts.Symbol): boolean =>
    !declarations.some((one) => ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Private);
  return members
    .filter(isPublic)
    .map((member) => {
      const mark = member.flags & SymbolFlags.Optional ? '?' : '';
      const text = checker.typeToString(checker.getTypeOfSymbol(member), undefined, FORMAT);
      return `${member.name}${mark}: ${text}`;
    })
    .sort();
}

describe('the public surface is what its report says', () => {
  const program = compile();

  it.each(ENTRIES)('%s', (entry) => {
    const current = surface(program, entry);
    const report = join(ROOT, `${entry}.api.txt`);
    if (process.env.UPDATE_FIXTURES === 'true') writeFileSync(report, current);
    expect(current).toBe(readFileSync(report, 'utf8'));
  });
});
