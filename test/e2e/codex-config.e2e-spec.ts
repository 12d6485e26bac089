import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jsonReply } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

const SCRIPT = join(import.meta.dirname, '../../scripts/codex-config.mjs');
const KEY = 'sk-codex-config-0123456789abcdef';

let service: Service;
let folder: string;
const config = () => join(folder, 'config.toml');
const read = () => readFileSync(config(), 'utf8');
const backups = () => readdirSync(folder).filter((name) => name.endsWith('.bak'));

beforeAll(async () => {
  service = await startService();
  const data = [{ id: 'org/big', context_length: 131072 }, { id: 'small' }];
  service.backend.onModels = () => jsonReply(200, { data });
});
afterAll(() => service.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codex-home-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs without a terminal, so it never asks. */
function run(...args: string[]): Promise<Run> {
  const child = spawn(process.execPath, [SCRIPT, '--url', service.proxy.url, ...args], {
    env: { PATH: process.env.PATH, CODEX_HOME: folder, RESPONSES_API_KEY: KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 15_000,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

const expected = () => `model = "org/big"
model_provider = "responses"
model_context_window = 131072
web_search = "disabled"

[model_providers.responses]
name = "Responses proxy"
base_url = "${service.baseURL}"
wire_api = "responses"
env_key = "RESPONSES_API_KEY"
`;

describe('npm run codex:config', () => {
  it('prints the block and the models, and writes nothing', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stdout }).toEqual({ code: 0, stdout: expected() });
    expect(stderr).toContain('1. org/big (131072 tokens)\n2. small\n');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('writes a new file, and leaves it alone the next time', async () => {
    expect((await run('--write', '--model', 'org/big')).code).toBe(0);
    expect(read()).toBe(expected());
    expect(read()).not.toContain(KEY);
    expect((await run('--write', '--model', 'org/big')).stderr).toContain('says so already');
    expect(readdirSync(folder)).toEqual(['config.toml']);
  });

  it('keeps whatever was there, in a backup and in the file', async () => {
    const before = `# mine
model = "old"
approval_policy = "never"
notes = """
[not.a.table]
model = "text"
"""

[model_providers.responses]
base_url = "http://old/v1"

[mcp_servers.docs]
command = "docs"
model = "not top level"
`;
    writeFileSync(config(), before);
    expect((await run('--write', '--model', 'small', '--catalog')).code).toBe(0);
    const [backup] = backups();
    expect(readFileSync(join(folder, backup!), 'utf8')).toBe(before);
    const after = read();
    for (const line of before.split('\n')) expect(after).toContain(line);
    expect(after).toContain('# model = "old"\n');
    expect(after).toContain('# base_url = "http://old/v1"\n');
    expect(after).toContain('\nmodel = "text"\n');
    expect(after).toContain('\nmodel = "not top level"\n');
    expect(after).toMatch(/^model = "small"\nmodel_provider = "responses"\n/);
    expect(after).toContain(`model_catalog_url = "${service.baseURL}/models"`);
    expect(after.match(/^\[model_providers\.responses\]$/gm)).toHaveLength(1);
  });

  it.each([
    ['inline', 'model_providers = { x = { name = "x" } }\n'],
    ['nested', '[model_providers]\nx = { name = "x" }\n'],
  ])('does not touch a file whose providers are %s', async (_name, before) => {
    writeFileSync(config(), before);
    expect((await run('--write', '--model', 'small')).code).toBe(1);
    expect(read()).toBe(before);
  });

  it('wants a model before it writes, and tells when the proxy is not there', async () => {
    expect(await run('--write')).toMatchObject({ code: 1 });
    const away = ['--url', 'http://127.0.0.1:9'];
    expect((await run(...away)).stderr).toContain('Is the proxy running?');
    const named = await run(...away, '--model', 'm');
    expect(named).toMatchObject({ code: 0 });
    expect(named.stdout).not.toContain('model_context_window');
  });
});
