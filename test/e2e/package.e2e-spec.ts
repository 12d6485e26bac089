import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { codeBlocksOf, readProjectFile } from '../support/documentation.js';
import { ChatChunks, ScriptedBackend, streamOf, type Script } from '../support/scripted-backend.js';

/**
 * The package is packed, unpacked into a folder that is empty otherwise, and the examples are built and run there. What it
 * depends on is linked instead of being fetched again.
 */

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const chunks = new ChatChunks('demo');
const says = (...texts: string[]): Script =>
  streamOf(chunks.role(), ...texts.map((text) => chunks.text(text)), chunks.finish('stop'));

describe('the package', () => {
  let folder = '';
  let files: string[] = [];
  let backend: ScriptedBackend;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    backend = await ScriptedBackend.start();
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const { stdout } = await run('npm', pack, { cwd: ROOT });
    const packed = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
    const [{ filename, files: named }] = packed as [(typeof packed)[number]];
    files = named.map(({ path }) => path);
    const modules = join(folder, 'node_modules');
    await mkdir(modules);
    await run('tar', ['-xzf', join(folder, filename), '-C', folder]);
    await cp(join(folder, 'package'), join(modules, 'responses-proxy'), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(modules, 'responses-proxy', 'node_modules'));
    for (const name of ['@nestjs', '@types', 'reflect-metadata', 'rxjs', 'fastify', 'undici-types'])
      await symlink(join(ROOT, 'node_modules', name), join(modules, name));
    await cp(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
  }, 120_000);

  afterAll(async () => {
    for (const child of children) child.kill();
    await backend.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts a program and gives the URL that it says it listens on. */
  async function start(program: string, environment: Record<string, string>): Promise<string> {
    const child = spawn(process.execPath, [program], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return new Promise((found, failed) => {
      let said = '';
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString();
        const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
        if (url !== undefined) found(url);
      });
      child.once('exit', () => {
        failed(new Error(`It ended:\n${said}`));
      });
    });
  }

  const ask = async (baseURL: string, headers = {}): Promise<OpenAI.Responses.Response> => {
    const client = new OpenAI({ baseURL, apiKey: 'sk-test-package', maxRetries: 0 });
    return client.responses.create({ model: 'demo', input: 'Hi' }, { headers });
  };

  it('has what is needed and no more', () => {
    expect(files).toEqual(
      expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'dist/main.js']),
    );
    const rest = files.filter((path) => !path.startsWith('dist/'));
    expect(rest.sort()).toEqual(['.env.sample', 'README.md', 'package.json']);
    expect(files.filter((path) => /\.spec\.|__fixtures__/.test(path))).toEqual([]);
  });

  it("a team's own application has the service below a path of its own", async () => {
    const cwd = join(folder, 'examples/team-application');
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], { cwd }).catch(
      (error: unknown) => {
        throw new Error((error as { stdout?: string }).stdout);
      },
    );
    backend.enqueue(says('Hello team.'));
    const url = await start(join(cwd, 'dist/main.js'), { BACKEND_URL: backend.url, PORT: '0' });
    const answer = await ask(`${url}/llm/v1`, { 'x-team': 'search' });
    expect(answer.output_text).toBe('Hello team.');
    await expect(ask(`${url}/llm/v1`)).rejects.toMatchObject({ status: 403 });
    expect(await (await fetch(`${url}/teams`)).json()).toEqual(['search', 'support']);
  }, 120_000);

  it('npm run new:plugin makes a plugin whose test passes', async () => {
    const made = join(folder, 'made');
    await run(process.execPath, [join(ROOT, 'scripts/new-plugin.mjs'), 'acme', made]);
    const { stdout } = await run(process.execPath, ['--test', join(made, 'acme.test.mjs')], {
      env: { PATH: process.env.PATH },
    });
    expect(stdout).toMatch(/pass 8/);
    const again = run(process.execPath, [join(ROOT, 'scripts/new-plugin.mjs'), 'acme', made]);
    await expect(again).rejects.toThrow('is there already');
  }, 60_000);

  it('the plugins of docs/extending.md work as they stand there', async () => {
    const blocks = codeBlocksOf(readProjectFile('docs/extending.md'), 'js').filter((block) =>
      block.includes('export default'),
    );
    const paths = blocks.map((_block, index) => join(folder, `documented-${index}.mjs`));
    expect(blocks).toHaveLength(2);
    await Promise.all(paths.map((path, index) => writeFile(path, blocks[index] ?? '')));
    backend.enqueue(says('-----BEGIN PRIVATE KEY-----'));
    const url = await start(join(folder, 'node_modules/responses-proxy/dist/main.js'), {
      BACKEND_URL: backend.url,
      BACKEND_DIALECT: 'acme',
      HOST_PORT: '0',
      PLUGINS: paths.join(','),
    });
    expect(await ask(`${url}/v1`)).toMatchObject({ status: 'incomplete' });
  });

  it('a plugin stops an answer, and counts the tokens of each caller', async () => {
    const url = await start(join(folder, 'node_modules/responses-proxy/dist/main.js'), {
      BACKEND_URL: backend.url,
      HOST_PORT: '0',
      PLUGINS: join(folder, 'examples/plugin/guard.mjs'),
      TOKEN_BUDGET: '1',
    });
    backend.enqueue(says('-----BEGIN PRI', 'VATE KEY----- MIIE'));
    const answer = await ask(`${url}/v1`);
    expect(answer).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'content_filter' },
    });
    expect(JSON.stringify(answer)).not.toContain('VATE KEY');
    await expect(ask(`${url}/v1`)).rejects.toMatchObject({
      status: 429,
      message: expect.stringContaining('The budget is used up.'),
    });
  });
});
