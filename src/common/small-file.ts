import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { EnvironmentError } from '../config/read-environment.js';

const maxFileBytes = 1024 * 1024;

/**
 * Reads a file that a setting names.
 * @returns its text, and the state that `stateOfFile` tells of it.
 * @throws EnvironmentError when it cannot be read, or is larger than 1 MiB.
 */
export function readSmallFile(setting: string, path: string): { text: string; state: string } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new EnvironmentError([`${setting} ${path} cannot be read (${String(code)})`]);
  }
  if (bytes.length > maxFileBytes)
    throw new EnvironmentError([`${setting} ${path} is larger than ${maxFileBytes} bytes`]);
  return { text: bytes.toString('utf8'), state: digestOf(bytes) };
}

/** Tells two states of the file apart; one that cannot be read, or is too large, is a state as well. It never rejects. */
export async function stateOfFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > maxFileBytes) return `${size} bytes`;
    return digestOf(await readFile(path));
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
