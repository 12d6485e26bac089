import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
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

  const ask = async (
    baseURL: string,
    headers = {},
    more: Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming> = {},
  ): Promise<OpenAI.Responses.Response> => {
    const client = new OpenAI({ baseURL, apiKey: 'sk-test-package', maxRetries: 0 });
    return client.responses.create({ model: 'demo', input: 'Hi', ...more }, { headers });
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

  it('a plugin that is mounted into the image finds what it imports', async () => {
    const image = join(folder, 'image');
    await mkdir(join(image, 'plugins'), { recursive: true });
    await cp(join(ROOT, 'package.json'), join(image, 'package.json'));
    for (const name of ['dist', 'node_modules']) await symlink(join(ROOT, name), join(image, name));
    const names = [
      'responses-proxy',
      '@nestjs/common',
      '@nestjs/core',
      'rxjs',
      'fastify',
      'undici',
    ];
    const imports = names.map((name) => `await import('${name}');`);
    const plugin = join(image, 'plugins/acme.mjs');
    await writeFile(plugin, `${imports.join('\n')}\nexport default { name: 'acme' };`);
    const script = `console.log((await import(${JSON.stringify(plugin)})).default.name)`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toBe('acme\n');
  });

  it('npm run new:plugin makes a plugin whose test passes', async () => {
    const made = join(folder, 'made');
    await run(process.execPath, [join(ROOT, 'scripts/new-plugin.mjs'), 'acme', made]);
    const { stdout } = await run(process.execPath, ['--test', join(made, 'acme.test.mjs')], {
      env: { PATH: process.env.PATH },
    });
    expect(stdout).toMatch(/pass 8/);
    const again = run(process.execPath, [join(ROOT, 'scripts/new-plugin.mjs'), 'acme', made]);
    await expect(again).rejects.toThrow('is there already');
  }, 120_000);

  describe('with plugins', () => {
    const secret = 'a-secret-of-the-test';
    const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = (claims: object, key = secret): string => {
      const exp = Math.floor(Date.now() / 1_000) + 600;
      const text = `${base64url({ alg: 'HS256' })}.${base64url({ exp, ...claims })}`;
      return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
    };
    const as = (team: string, sub = team) => ({
      authorization: `Bearer ${token({ sub, team, models: ['demo'] })}`,
    });
    let baseURL = '';

    /** One service has all plugins of the page and of the examples. */
    beforeAll(async () => {
      const blocks = codeBlocksOf(readProjectFile('docs/extending.md'), 'js').filter((block) =>
        block.includes('export default'),
      );
      expect(blocks).toHaveLength(2);
      const documented = blocks.map((_block, index) => join(folder, `documented-${index}.mjs`));
      await Promise.all(documented.map((path, index) => writeFile(path, blocks[index] ?? '')));
      const examples = await readdir(join(folder, 'examples/plugins'));
      const plugins = examples.map((name) => join(folder, 'examples/plugins', name));
      const url = await start(join(folder, 'node_modules/responses-proxy/dist/main.js'), {
        BACKEND_URL: backend.url,
        BACKEND_DIALECT: 'acme',
        HOST_PORT: '0',
        PLUGINS: [...documented, ...plugins].join(','),
        JWT_SECRET: secret,
        TEAM_BUDGETS: '{"small":1}',
      });
      baseURL = `${url}/v1`;
    });

    it('those of docs/extending.md work as they stand there', async () => {
      backend.enqueue(says('-----BEGIN PRIVATE KEY-----'));
      expect(await ask(baseURL, as('search'))).toMatchObject({ status: 'incomplete' });
    });

    it('a guardrail stops an answer', async () => {
      backend.enqueue(says('It is 4111 1111 ', '1111 1111.'));
      const answer = await ask(baseURL, as('search'));
      expect(answer).toMatchObject({
        status: 'incomplete',
        incomplete_details: { reason: 'content_filter' },
      });
      expect(JSON.stringify(answer)).not.toContain('1111.');
    });

    it('a tool is run in the service', async () => {
      const call = { id: 'c', name: 'file_search', arguments: '{"queries":["moon"]}' };
      backend.enqueue(
        streamOf(chunks.callStart(0, call), chunks.finish('tool_calls')),
        says('Grey.'),
      );
      const tools = [{ type: 'file_search' as const, vector_store_ids: ['vs'] }];
      const answer = await ask(baseURL, as('search'), { tools });
      expect(answer.output).toMatchObject([
        { type: 'file_search_call', queries: ['moon'], status: 'completed' },
        { type: 'message' },
      ]);
      expect(JSON.stringify(backend.lastCall.body)).toContain('The moon is grey.');
    });

    it('callers are those of their tokens, which stay here', async () => {
      backend.enqueue(says('Hello.'));
      const { id } = await ask(baseURL, as('search', 'ada'));
      expect(JSON.stringify(backend.lastCall.headers)).not.toContain('Bearer');
      const read = async (headers: Record<string, string>): Promise<number> =>
        (await fetch(`${baseURL}/responses/${id}`, { headers })).status;
      expect([await read(as('other', 'ada')), await read(as('search', 'bob'))]).toEqual([200, 404]);
      for (const wrong of [token({ sub: 'ada' }, 'x'), token({ sub: 'ada', exp: 1 }), 'none']) {
        const headers = { authorization: `Bearer ${wrong}` };
        await expect(ask(baseURL, headers)).rejects.toMatchObject({ status: 401 });
      }
      const other = ask(baseURL, as('search'), { model: 'secret' });
      await expect(other).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    });

    it('a team that has used its budget waits, and the others go on', async () => {
      backend.enqueue(says('Hello.'), says('Hello.'));
      await ask(baseURL, as('small', 'one'));
      await expect(ask(baseURL, as('small', 'two'))).rejects.toMatchObject({
        status: 429,
        code: 'insufficient_quota',
      });
      expect(await ask(baseURL, as('search'))).toMatchObject({ status: 'completed' });
    });
  });
});
