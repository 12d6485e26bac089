import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `body` in a new folder that holds these files (name to text), and removes it afterwards. */
export async function inFolder<T>(
  files: Record<string, string>,
  body: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'deploy-test-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
