import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { globSync } from 'node:fs';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import { ScriptedBackend } from '../support/scripted-backend.js';
import { inFolder } from './support/folder.js';
import { describeWithTool, root, run } from './support/tools.js';

const dockerfile = await readFile(join(root, 'docker/Dockerfile'), 'utf8');

/** Gives these variables as the Dockerfile sets them. */
function environmentOf(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [name, new RegExp(`${name}=(\\S+)`).exec(dockerfile)?.[1] ?? '']),
  );
}

/** What the image holds is laid out here as the Dockerfile does it, and run with it as its root. It takes root, and no engine. */
describeWithTool('chroot', 'what the image holds', (chroot) => {
  let folder = '';
  let service: ChildProcess | undefined;
  let backend: ScriptedBackend | undefined;
  let port = 0;
  const inside = (program: string, ...args: string[]) =>
    run(chroot, ['--userspec=1000:1000', folder, program, ...args], {
      env: { HOST_PORT: String(port), PATH: '/usr/local/bin:/usr/bin:/bin' },
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-'));
    await chmod(folder, 0o755);
    const node = process.execPath;
    const tools = ['/usr/bin/curl', '/bin/busybox'];
    const [allocator = ''] = globSync('/usr/lib/*/libjemalloc.so.2');
    const laidOut = await run('sh', ['docker/make-root.sh', folder, node, allocator, ...tools]);
    expect(laidOut).toMatchObject({ ok: true });
    await cp(join(folder, node), join(folder, 'usr/bin/node'));
    await rm(join(folder, node));
    await cp(join(root, 'dist'), join(folder, 'app/dist'), { recursive: true });
    await cp(join(root, 'package.json'), join(folder, 'app/package.json'));
    const listed = await run('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
      env: { HOME: tmpdir() },
    });
    const packages = listed.stdout.split('\n').filter((path) => path.startsWith(`${root}/`));
    expect(packages.length).toBeGreaterThan(50);
    const copied = await run('cp', [
      '-r',
      '--parents',
      ...packages.map((path) => path.slice(root.length + 1)),
      join(folder, 'app'),
    ]);
    expect(copied).toMatchObject({ ok: true });
    for (const name of ['logs', 'data']) {
      await mkdir(join(folder, 'app', name));
      await chown(join(folder, 'app', name), 1000, 1000);
    }
    // An engine brings these two along.
    await mkdir(join(folder, 'dev'));
    await run('mknod', ['-m', '666', join(folder, 'dev/null'), 'c', '1', '3']);
    await writeFile(join(folder, 'etc/hosts'), '127.0.0.1 localhost\n');

    backend = await ScriptedBackend.start();
    port = await freePort();
    service = spawn(chroot, ['--userspec=1000:1000', folder, 'node', '/app/dist/main.js'], {
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        ...environmentOf('LD_PRELOAD', 'MALLOC_CONF'),
        BACKEND_URL: backend.url.replace('127.0.0.1', 'localhost'),
        HOST_PORT: String(port),
        LOG_LEVEL: 'silent',
      },
      stdio: 'ignore',
    });
  }, 120_000);

  afterAll(async () => {
    service?.kill('SIGKILL');
    await backend?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('serves from it, and is told healthy by its own health check', async () => {
    const check = /CMD \["sh", "-c", "(.*)"\]/.exec(dockerfile)?.[1] ?? '';
    expect(check).toContain('/health/live');
    const waiting = `until ${check}; do node -e 'setTimeout(() => {}, 100)'; done`;
    expect(await inside('sh', '-c', waiting)).toMatchObject({ ok: true });
    const answered = await fetch(`http://127.0.0.1:${String(port)}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
      body: JSON.stringify({ model: 'demo', input: 'Hi' }),
    });
    expect(answered.status).toBe(200);
    expect(await answered.json()).toMatchObject({ status: 'completed' });
  }, 60_000);

  test('takes its memory from the allocator that gives it back', async () => {
    const maps = await readFile(`/proc/${String(service?.pid)}/maps`, 'utf8');
    expect(maps).toMatch(/libjemalloc\.so\.2/);
  });

  test('has what the commands of the operators call', async () => {
    const commands = ['id -u', 'env | grep HOST_PORT', 'curl --version', 'touch /app/logs/x'];
    for (const command of commands) {
      expect([command, await inside('sh', '-c', command)]).toMatchObject([command, { ok: true }]);
    }
    expect((await inside('sh', '-c', 'touch /app/dist/x')).ok).toBe(false);
    expect((await stat(join(folder, 'etc/ssl/certs/ca-certificates.crt'))).size).toBeGreaterThan(
      1e5,
    );
  });

  test('says to scanners which packages of Debian are in it', async () => {
    const names = await readdir(join(folder, 'var/lib/dpkg/status.d'));
    expect(names).toEqual(
      expect.arrayContaining(['libc6', 'libstdc++6', 'libjemalloc2', 'curl', 'busybox-static']),
    );
    expect(await readFile(join(folder, 'var/lib/dpkg/status.d/libc6'), 'utf8')).toMatch(
      /^Version: /m,
    );
  });

  test('is below 200 MB, with what is not read at run time left out as in the Dockerfile', async () => {
    const unread = /\.(?:map|ts|mts|cts|md)$/;
    const names = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !(path.includes('/node_modules/') && unread.test(path)));
    const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(100e6);
    expect(bytes).toBeLessThan(200e6);
  });
});

describe('scripts/pin-base-images.sh', () => {
  const digest = `sha256:${'a1'.repeat(32)}`;
  const docker = (answer: string) => `#!/bin/sh\necho '${answer}'\n`;

  async function pinned(text: string, answer: string): Promise<[boolean, string]> {
    return inFolder({ Dockerfile: text, docker: docker(answer) }, async (folder) => {
      await run('chmod', ['+x', join(folder, 'docker')]);
      const env = { PATH: `${folder}:${process.env.PATH ?? ''}` };
      const { ok } = await run('scripts/pin-base-images.sh', [join(folder, 'Dockerfile')], { env });
      return [ok, await readFile(join(folder, 'Dockerfile'), 'utf8')];
    });
  }

  test('writes the digest of each tag, and a newer one over an older', async () => {
    const [ok, once] = await pinned(dockerfile, digest);
    expect(ok).toBe(true);
    const from = (text: string) => text.split('\n').filter((line) => /^FROM [^ ]*:/.test(line));
    expect(from(once)).toEqual(
      from(dockerfile).map((line) => line.replace('-slim ', `-slim@${digest} `)),
    );
    const newer = digest.replaceAll('a1', 'b2');
    expect(await pinned(once, newer)).toEqual([true, once.replaceAll(digest, newer)]);
  });

  test('changes nothing where the registry does not answer', async () => {
    expect(await pinned(dockerfile, 'no such image')).toEqual([false, dockerfile]);
  });
});

test('the bake file builds stages that the Dockerfile has, with SBOM and provenance', async () => {
  const bake = await readFile(join(root, 'docker/docker-bake.hcl'), 'utf8');
  const targets = [...bake.matchAll(/^ {2}target +(?:= )"(\w+)"/gm)].map(([, name]) => name);
  expect(targets).toEqual(['runtime', 'distroless']);
  for (const name of targets)
    expect(dockerfile).toMatch(new RegExp(`^FROM \\S+ AS ${String(name)}$`, 'm'));
  expect(bake).toMatch(/type=sbom.*type=provenance/);
});
