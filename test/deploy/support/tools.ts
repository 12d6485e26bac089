import { describe, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export const root = join(import.meta.dirname, '../../..');

/** scripts/install-deploy-tools.sh puts here what is not a system package. */
const installed = join(root, 'node_modules/.cache/deploy-tools/bin');

/** Gives the path of a command line tool, or undefined. */
export function findTool(name: string): string | undefined {
  const folders = [installed, ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Describes tests that need a tool. Without it they are skipped with a visible line, but under CI they fail. */
export function describeWithTool(tool: string, title: string, body: (path: string) => void): void {
  const path = findTool(tool);
  if (path !== undefined) {
    describe(title, () => {
      body(path);
    });
    return;
  }
  const hint = `${tool} is not installed (scripts/install-deploy-tools.sh)`;
  if (process.env.CI === 'true') {
    test(title, () => {
      throw new Error(hint);
    });
    return;
  }
  process.stderr.write(`SKIPPED: ${title}: ${hint}\n`);
  describe.skip(title, () => {
    test.todo(hint);
  });
}

export interface RunResult {
  readonly ok: boolean;
  readonly stdout: string;
  /** Holds standard output and error together, for messages. */
  readonly output: string;
}

/** Runs a tool to its end, for 30 seconds at most; a failing exit code is a result, not an exception. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<RunResult> {
  const settings = {
    cwd: options.cwd ?? root,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...options.env },
    timeout: 30_000,
    maxBuffer: 16 * 1024 * 1024,
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, settings);
    return { ok: true, stdout, output: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = String(error) } = error as { stdout?: string; stderr?: string };
    return { ok: false, stdout, output: stdout + stderr };
  }
}
