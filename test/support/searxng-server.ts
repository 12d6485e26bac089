import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Its one engine is on this machine, and it asks nobody else. */
const settings = (engineUrl: string): string => `
use_default_settings: { engines: { keep_only: [] } }
server: { secret_key: 'a secret of the tests', limiter: false }
search: { formats: [html, json] }
plugins: {}
engines:
  - name: local
    engine: json_engine
    shortcut: lo
    categories: general
    search_url: '${engineUrl}/found?q={query}'
    results_query: results
    url_query: url
    title_query: title
    content_query: content
    enable_http: true
`;

/** Runs a real SearXNG, from the Python clients. */
export class SearxngServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    readonly url: string,
  ) {}

  /** @param engineUrl answers `/found?q=` with `{results: [{url, title, content}]}`. */
  static async start(python: string, script: string, engineUrl: string): Promise<SearxngServer> {
    const folder = mkdtempSync(join(tmpdir(), 'searxng-'));
    const path = join(folder, 'settings.yml');
    writeFileSync(path, settings(engineUrl));
    const env = { ...process.env, SEARXNG_SETTINGS_PATH: path };
    const started = spawn(python, [script], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const port = await new Promise<string>((resolve, reject) => {
      started.once('exit', (code) => {
        reject(new Error(`SearXNG ended with ${String(code)}.`));
      });
      started.stdout.once('data', (text: Buffer) => {
        resolve(text.toString().trim());
      });
    });
    return new SearxngServer(started, folder, `http://127.0.0.1:${port}`);
  }

  async close(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
    rmSync(this.folder, { recursive: true });
  }
}
