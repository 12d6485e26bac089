import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { codeBlocksOf, readProjectFile } from '../support/documentation.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startService } from '../support/start-service.js';

/** Other versions lie where scripts/install-codex-versions.sh puts them; without it the installed one is tried alone. */
const others = resolve('node_modules/.cache/codex');
const folders = [
  ['installed', resolve('node_modules')],
  ...(existsSync(others) ? readdirSync(others) : []).flatMap((version) => {
    const modules = join(others, version, 'node_modules');
    return existsSync(join(modules, '@openai/codex')) ? [[version, modules]] : [];
  }),
] as [version: string, modules: string][];

const chunks = new ChatChunks('demo');

/** The block of docs/codex.md, with another URL. */
function documentedConfig(baseURL: string): string {
  const [block = ''] = codeBlocksOf(readProjectFile('docs/codex.md'), 'toml');
  expect(block).toContain('wire_api = "responses"');
  return block.replace(/^base_url = "[^"]+"/m, `base_url = "${baseURL}"`);
}

async function exec(
  modules: string,
  config: string,
): Promise<{ code: number | null; said: string }> {
  // Codex refuses to work under /tmp.
  const home = mkdtempSync(join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), 'codex-'));
  mkdirSync(join(home, '.codex'));
  mkdirSync(join(home, 'work'));
  writeFileSync(join(home, '.codex', 'config.toml'), config);
  const codex = spawn(
    process.execPath,
    [join(modules, '@openai/codex/bin/codex.js'), 'exec', '--skip-git-repo-check', 'Say hello.'],
    {
      cwd: join(home, 'work'),
      env: { PATH: process.env.PATH, HOME: home, RESPONSES_API_KEY: 'sk-test-codex' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 18_000,
    },
  );
  let said = '';
  codex.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const code = await new Promise<number | null>((ended) => codex.once('close', ended));
  rmSync(home, { recursive: true, force: true });
  return { code, said };
}

it.each(folders)('Codex %s works as docs/codex.md sets it up', async (_version, modules) => {
  const service = await startService();
  try {
    service.backend.enqueue(streamOf(chunks.text('Hello there.'), chunks.finish('stop')));
    const { code, said } = await exec(modules, documentedConfig(service.baseURL));
    expect(said).toContain('Hello there.');
    expect(code).toBe(0);
  } finally {
    await service.close();
  }
});
