import { describe, expect, test } from '@jest/globals';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder } from './support/folder.js';
import { describeWithTool, root, run, type RunResult } from './support/tools.js';

const caddyfile = await readFile(join(root, 'docker/Caddyfile'), 'utf8');
const entrypoint = join(root, 'docker/caddy-entrypoint.sh');

/** Gives the commented block that starts with this line, with the marks taken away. */
function uncomment(text: string, firstLine: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.trim() === `# ${firstLine}`);
  if (start < 0) throw new Error(`No commented ${firstLine}`);
  for (let index = start; lines[index]?.trim().startsWith('# ') === true; index += 1) {
    lines[index] = lines[index]!.replace('# ', '');
  }
  return lines.join('\n');
}

describeWithTool('caddy', 'docker/Caddyfile', (caddy) => {
  function check(
    command: 'adapt' | 'validate',
    text: string,
    env: Record<string, string> = {},
  ): Promise<RunResult> {
    return inFolder({ Caddyfile: text }, (folder) =>
      run(caddy, [command, '--adapter', 'caddyfile', '--config', 'Caddyfile'], {
        cwd: folder,
        env: { HOME: folder, CADDY_PROTOCOL: 'https://', ...env },
      }),
    );
  }

  test.each([
    ['https on the default port', {}, ':443'],
    ['https on another port', { CADDY_PORT: '8443' }, ':8443'],
    ['plain http', { CADDY_PROTOCOL: 'http://', CADDY_PORT: '8180' }, ':8180'],
  ])('is valid for %s', async (_title, env, listen) => {
    const result = await check('validate', caddyfile, env);
    expect(result.output).toContain('Valid configuration');
    const adapted = await check('adapt', caddyfile, env);
    expect(JSON.parse(adapted.stdout)).toMatchObject({
      apps: { http: { servers: { srv0: { listen: [listen] } } } },
    });
  });

  test('never serves clear text where TLS was asked for', async () => {
    const result = await check('adapt', caddyfile, { CADDY_PORT: '80' });
    expect(result.ok).toBe(false);
    expect(result.output).toContain('scheme and port violate convention');
  });

  test('sets no flush_interval, with which older Caddy keeps abandoned requests', async () => {
    const adapted = await check('adapt', caddyfile);
    expect(adapted.stdout).toContain('reverse_proxy');
    expect(adapted.stdout).not.toContain('flush_interval');
  });

  test('takes its commented tuning block', async () => {
    const adapted = await check('adapt', uncomment(caddyfile, 'transport http {'));
    expect(adapted.output).not.toContain('Error');
    expect(adapted.stdout).toContain('"max_conns_per_host":10000');
    expect(adapted.stdout).toContain('"max_idle_conns":100');
  });

  test('takes its commented certificate line', async () => {
    const text = uncomment(caddyfile, 'tls /certs/cert.pem /certs/key.pem');
    expect((await check('adapt', text)).stdout).toContain('"certificate":"/certs/cert.pem"');
  });

  test('is formatted as caddy fmt does', async () => {
    const result = await run(caddy, ['fmt', join(root, 'docker/Caddyfile')]);
    expect(result.stdout).toBe(caddyfile);
  });
});

describe('docker/caddy-entrypoint.sh', () => {
  /** Runs the script with a `caddy` that only tells what it was given. */
  function start(tls: string | undefined): Promise<RunResult> {
    const caddy = '#!/bin/sh\necho "$CADDY_PROTOCOL $*"\n';
    return inFolder({ caddy }, async (folder) => {
      await chmod(join(folder, 'caddy'), 0o755);
      const PATH = `${folder}:${process.env.PATH ?? ''}`;
      return run('/bin/sh', [entrypoint], {
        env: tls === undefined ? { PATH } : { PATH, CADDY_TLS: tls },
      });
    });
  }

  test.each([
    [undefined, 'https://'],
    ['', 'https://'],
    ['true', 'https://'],
    ['YES', 'https://'],
    ['1', 'https://'],
    ['false', 'http://'],
    ['False', 'http://'],
    ['off', 'http://'],
    ['0', 'http://'],
  ])('turns CADDY_TLS=%s into %s', async (tls, protocol) => {
    const result = await start(tls);
    expect(result.stdout).toBe(
      `${protocol} run --config /etc/caddy/Caddyfile --adapter caddyfile\n`,
    );
  });

  test('refuses what is neither true nor false', async () => {
    const result = await start('flase');
    expect(result.ok).toBe(false);
    expect(result.output).toContain('CADDY_TLS must be true or false');
  });
});

describeWithTool('shellcheck', 'Shell scripts', (shellcheck) => {
  test('pass shellcheck', async () => {
    const result = await run(shellcheck, [
      entrypoint,
      'scripts/install-deploy-tools.sh',
      'scripts/test-compose.sh',
    ]);
    expect(result.output).toBe('');
  });
});
