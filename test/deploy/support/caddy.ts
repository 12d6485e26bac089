import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './tools.js';

export interface RunningCaddy {
  readonly port: number;
  /** Holds the root certificate of Caddy's own authority; undefined without TLS. */
  readonly certificate: string | undefined;
  /** Resolves with the next log line that matches. */
  logged(pattern: RegExp): Promise<string>;
  /** Sends SIGTERM, and resolves with the exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts the real Caddy with our entrypoint and Caddyfile, as the container does, in front of 127.0.0.1:upstreamPort. Only what a
 * shared machine forbids is different: where it listens and where it stores.
 */
export async function startCaddy(options: {
  tls: boolean;
  upstreamPort: number;
}): Promise<RunningCaddy> {
  const home = await mkdtemp(join(tmpdir(), 'caddy-test-'));
  const [port, httpPort] = await freePorts();
  const child = spawn('/bin/sh', [join(root, 'docker/caddy-entrypoint.sh')], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      XDG_DATA_HOME: home,
      XDG_CONFIG_HOME: home,
      CADDYFILE: join(root, 'docker/Caddyfile'),
      CADDY_DOMAIN: 'localhost',
      CADDY_PORT: String(port),
      CADDY_TLS: String(options.tls),
      UPSTREAM_HOST: '127.0.0.1',
      HOST_PORT: String(options.upstreamPort),
      CADDY_GLOBAL_OPTIONS: [
        'debug',
        'admin off',
        'skip_install_trust',
        'default_bind 127.0.0.1',
        `http_port ${httpPort}`,
      ].join('\n'),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log = new CaddyLog(child);
  const exited = once(child, 'exit').then(async ([code]) => {
    await rm(home, { recursive: true, force: true });
    return code as number | null;
  });
  await log.waitFor(/serving initial configuration/);
  if (options.tls) await log.waitFor(/certificate obtained successfully/);
  return {
    port,
    certificate: options.tls
      ? await readFile(join(home, 'caddy/pki/authorities/local/root.crt'), 'utf8')
      : undefined,
    logged: (pattern) => log.waitFor(pattern),
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** Collects the log lines of a process, each of which can be awaited. */
class CaddyLog {
  private readonly lines: string[] = [];
  private readonly waiting = new Set<() => void>();
  private ended = false;

  constructor(child: ChildProcess) {
    const reader = createInterface({ input: child.stderr! });
    reader.on('line', (line) => {
      this.lines.push(line);
      this.notify();
    });
    reader.on('close', () => {
      this.ended = true;
      this.notify();
    });
  }

  private notify(): void {
    for (const wake of this.waiting) wake();
  }

  waitFor(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.lines.find((line) => pattern.test(line));
        if (found === undefined && !this.ended) return;
        this.waiting.delete(look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`Caddy ended before ${String(pattern)}:\n${this.lines.join('\n')}`));
      };
      this.waiting.add(look);
      look();
    });
  }
}

/** Caddy cannot be told to take any free port, so two are asked of the system. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return (server.address() as AddressInfo).port;
    }),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [ports[0]!, ports[1]!];
}
