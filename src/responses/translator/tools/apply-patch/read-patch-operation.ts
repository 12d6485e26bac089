import type { PatchOperation } from '../../../../contracts/responses/items.js';
import type { WarningCollector } from '../../warning.js';
import { isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';

const FENCE = /^\s*```[^\n]*\n([\s\S]*?)\n?```\s*$/;
const ENVELOPE_FILE = /^\*\*\* (Add|Update|Delete) File: (.+)$/gm;
const KINDS = { Add: 'create_file', Update: 'update_file', Delete: 'delete_file' } as const;

/**
 * Reads the operation of an `apply_patch` call, also when the model wrapped it: under `operation`, in a code fence, or as the
 * `*** Begin Patch` text of one file that models know from Codex. What remains wrong is the client's to refuse, since its answer
 * is what the model can learn from.
 */
export function readPatchOperation(
  callArguments: JsonRecord,
  warnings: WarningCollector,
): PatchOperation {
  const source = isRecord(callArguments.operation) ? callArguments.operation : callArguments;
  const sent =
    nonEmptyText(source.diff) ?? nonEmptyText(source.patch) ?? nonEmptyText(source.input) ?? '';
  const diff = FENCE.exec(sent)?.[1] ?? sent;
  const operation = fromEnvelope(diff) ?? {
    type: readKind(source.type),
    path: nonEmptyText(source.path) ?? '',
    diff,
  };
  const repaired = toOperation(operation);
  if ('diff' in repaired && repaired.diff !== sent) {
    warnings.add('arguments_repaired', null, `The patch of '${repaired.path}' was unwrapped.`);
  }
  return repaired;
}

interface Draft {
  type: PatchOperation['type'];
  path: string;
  diff: string;
}

/** Reads `*** Update File: path` and its hunks; several files are not one operation. */
function fromEnvelope(text: string): Draft | undefined {
  const [file, ...others] = text.matchAll(ENVELOPE_FILE);
  const [head, kind, path] = file ?? [];
  if (head === undefined || path === undefined || others.length > 0) return undefined;
  const body = text.slice(text.indexOf(head) + head.length).replace(/^\n/, '');
  return {
    type: KINDS[kind as keyof typeof KINDS],
    path: path.trim(),
    diff: body.replace(/\n?\*\*\* End Patch\s*$/, ''),
  };
}

function toOperation({ type, path, diff }: Draft): PatchOperation {
  switch (type) {
    case 'delete_file':
      return { type, path };
    case 'update_file':
      return { type, path, diff };
    case 'create_file':
      return { type, path, diff: prefixed(diff) };
  }
}

/** Puts the plus signs before the content of a new file, since their absence is the commonest slip. */
function prefixed(diff: string): string {
  const lines = diff.replace(/\n$/, '').split('\n');
  if (diff === '' || lines.every((line) => line.startsWith('+'))) return diff;
  return lines.map((line) => `+${line}`).join('\n');
}

function readKind(kind: unknown): PatchOperation['type'] {
  return kind === 'create_file' || kind === 'delete_file' ? kind : 'update_file';
}
