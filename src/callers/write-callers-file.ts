import { closeSync, openSync, readFileSync, realpathSync, renameSync, statSync } from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { EditError } from './edit-callers-file.js';

/** Gives the text of the file, and an empty one where there is none. */
export function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Edits the file as a whole: the service never sees half of it, and of two who edit at the same time the second one is refused.
 * @throws EditError when somebody else edits it.
 */
export function editFile(path: string, edit: (text: string) => string): void {
  const target = realPathOf(path);
  const draft = `${target}.new`;
  try {
    closeSync(openSync(draft, 'wx', modeOf(target)));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
    throw new EditError(
      `Somebody else edits the file: ${draft} is there. Remove it if that is not so.`,
    );
  }
  try {
    const text = edit(readOrEmpty(target));
    writeFileSync(draft, text);
    replace(draft, target, text);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A file that is mounted by itself into a container cannot be replaced, but written. */
function replace(draft: string, target: string, text: string): void {
  try {
    renameSync(draft, target);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EBUSY') throw error;
    writeFileSync(target, text);
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Hashes of random keys tell nothing, and the service reads the file as another user. */
function modeOf(path: string): number {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    return 0o644;
  }
}
