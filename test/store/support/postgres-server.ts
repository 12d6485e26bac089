import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.js';
import { postgresPrograms } from '../../support/tell-what-is-missing.mjs';
import { ServerProcess } from './server-process.js';

/** PostgreSQL refuses to run as root: then it is the user that its package made, or nobody. */
interface Account {
  uid?: number;
  gid?: number;
}

/** Runs a PostgreSQL of the tests' own on 127.0.0.1, its data in a folder of its own. */
export class PostgresServer extends ServerProcess {
  /** The whole server crashes: what was committed is in its log. */
  protected readonly killedBy = 'SIGQUIT';
  protected readonly launch = launch;

  static async start(): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'responses-postgres-'));
    const { uid, gid } = account();
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const options = ['--auth=trust', '--username=proxy', '--encoding=UTF8', '--locale=C'];
    execFileSync(program('initdb'), [...options, '--no-sync', '-D', join(folder, 'data')], {
      ...account(),
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const port = await freePort();
    return new PostgresServer({ port, folder, process: await launch(port, folder) });
  }

  get url(): string {
    return `postgres://proxy@127.0.0.1:${this.port}/postgres`;
  }
}

/** Tells whether it is missing. The run says so once (tell-what-is-missing.mjs); CI must have it. */
export function postgresIsMissing(): boolean {
  if (postgresPrograms !== undefined) return false;
  if (process.env.CI === 'true') throw new Error('postgresql is not installed.');
  return true;
}

function program(name: string): string {
  return join(postgresPrograms ?? '', name);
}

async function launch(port: number, folder: string): Promise<ChildProcess> {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
  ];
  const server = spawn(
    program('postgres'),
    ['-D', join(folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
    { ...account(), cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.once('exit', (code) => {
      reject(new Error(`postgres ended with ${String(code)}: ${said}`));
    });
    server.stderr.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-4_000);
      if (said.includes('ready to accept connections')) resolve();
    });
  });
  return server;
}

function account(): Account {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string, user: string): number =>
    Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: idOf('-u', 'postgres'), gid: idOf('-g', 'postgres') };
  } catch {
    return { uid: idOf('-u', 'nobody'), gid: idOf('-g', 'nobody') };
  }
}
