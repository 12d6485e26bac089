import ts from 'typescript';

/**
 * Reads what the installed `openai` package names, kind by kind, as the TypeScript compiler reads its types. The expressions
 * stand in a file of their own that is never written.
 */
const expressions = {
  'request field': 'keyof R.ResponseCreateParamsBase',
  'input item': 'TypeOf<R.ResponseInputItem>',
  'content part':
    'TypeOf<R.ResponseInputContent | R.ResponseFunctionCallOutputItem | R.ResponseOutputMessage["content"][number]>',
  tool: 'TypeOf<R.Tool>',
  'tool choice': 'Named<NonNullable<R.ResponseCreateParamsBase["tool_choice"]>>',
  'include value': 'R.ResponseIncludable',
  effort: 'NonNullable<ReasoningEffort>',
  'output item': 'TypeOf<R.ResponseOutputItem>',
  annotation: 'TypeOf<R.ResponseOutputText["annotations"][number]>',
  event: 'TypeOf<R.ResponseStreamEvent>',
  'error code': 'R.ResponseError["code"]',
  status: 'NonNullable<R.Response["status"]>',
  'WebSocket message': 'TypeOf<R.ResponsesClientEvent>',
} as const;

export type SdkKind = keyof typeof expressions;

export const sdkKinds = Object.keys(expressions) as SdkKind[];

const probe = 'sdk-types-probe.ts';

const source = `
import type * as R from 'openai/resources/responses/responses';
import type { ReasoningEffort } from 'openai/resources/shared';
type TypeOf<T> = T extends { type?: infer U } ? NonNullable<U> : never;
type Named<T> = T extends string ? T : TypeOf<T>;
export interface Kinds {
${Object.entries(expressions)
  .map(([kind, expression]) => `  '${kind}': ${expression};`)
  .join('\n')}
}`;

/** Maps each kind to its names, in the order of the package. */
export function readSdkTypes(): ReadonlyMap<SdkKind, readonly string[]> {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: [],
  };
  const files = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...files,
    fileExists: (name) => name.endsWith(probe) || files.fileExists(name),
    getSourceFile: (name, version, ...rest) =>
      name.endsWith(probe)
        ? ts.createSourceFile(name, source, version)
        : files.getSourceFile(name, version, ...rest),
  };
  const program = ts.createProgram([probe], options, host);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(probe);
  const declaration = file?.statements.find(ts.isInterfaceDeclaration);
  if (declaration === undefined) throw new Error('The probe was not read.');
  const members = checker.getTypeAtLocation(declaration).getProperties();
  return new Map(
    members.map((member) => {
      const type = checker.getTypeOfSymbolAtLocation(member, declaration);
      const types = type.isUnion() ? type.types : [type];
      const names = types.flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
      return [member.name as SdkKind, names];
    }),
  );
}
