import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs the stock Codex CLI, that of the dev dependency `@openai/codex` unless told otherwise, in a home and a work folder of its own. */

const RUN_TIMEOUT_MS = 15_000;
const INSTALLED = join(import.meta.dirname, '../../../node_modules');

/** `codex exec --json` writes one such line after the other. */
export interface CodexEvent {
  type: string;
  message?: string;
  item?: { type: string; text?: string; [field: string]: unknown };
  [field: string]: unknown;
}

export interface CodexRun {
  code: number | null;
  events: CodexEvent[];
  /** The user sees this as the answer. */
  message: string | undefined;
  stderr: string;
}

export interface CodexHomeOptions {
  /** Looks like `http://127.0.0.1:<port>/v1`. */
  baseURL: string;
  /** Holds fields of the model's catalogue entry: `apply_patch_tool_type`, `context_window`, … */
  model?: Record<string, unknown>;
  /** Holds further TOML, such as MCP servers. */
  config?: string;
  /** Holds lines of the provider block. */
  provider?: string;
  /** Holds files of the work folder. */
  files?: Record<string, string>;
  /** Another version of Codex lies in this `node_modules` folder. */
  modules?: string;
}

export class CodexHome {
  /** Codex refuses to work under /tmp, and the work folder must not be inside a repository. */
  private readonly base = mkdtempSync(
    join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), 'codex-'),
  );
  private readonly home = join(this.base, 'home');
  private readonly codexHome = join(this.home, '.codex');
  readonly work = join(this.base, 'work');
  readonly configFile = join(this.codexHome, 'config.toml');

  private constructor(private readonly modules: string) {}

  static async create(options: CodexHomeOptions): Promise<CodexHome> {
    const home = new CodexHome(options.modules ?? INSTALLED);
    await mkdir(home.codexHome, { recursive: true });
    await mkdir(home.work);
    const catalog = join(home.codexHome, 'catalog.json');
    await writeFile(catalog, JSON.stringify({ models: [catalogEntry(options.model)] }));
    await writeFile(home.configFile, configToml(options, catalog));
    for (const [name, text] of Object.entries(options.files ?? {})) {
      await writeFile(join(home.work, name), text);
    }
    return home;
  }

  /** Runs `codex exec`, or `codex exec resume --last` for a prompt that goes on. It is killed after 15 s. */
  exec(prompt: string, ...more: string[]): Promise<CodexRun> {
    return this.run(['exec', ...FLAGS, ...more, prompt]);
  }

  resume(prompt: string, ...more: string[]): Promise<CodexRun> {
    return this.run(['exec', ...FLAGS, ...more, 'resume', '--last', prompt]);
  }

  /** Reads a file of the work folder, and gives undefined where there is none. */
  read(name: string): string | undefined {
    const path = join(this.work, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  private run(args: readonly string[]): Promise<CodexRun> {
    return new Promise((resolve, reject) => {
      const codex = join(this.modules, '@openai/codex/bin/codex.js');
      const child = spawn(process.execPath, [codex, ...args], {
        cwd: this.work,
        // It gets a group of its own, so that nothing it started outlives it.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: this.environment(),
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
      const killGroup = (): void => {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      };
      const timer = setTimeout(killGroup, RUN_TIMEOUT_MS);
      child.on('error', reject);
      child.on('close', (code) => {
        clearTimeout(timer);
        const events = parseLines(stdout);
        const messages = events.filter(({ item }) => item?.type === 'agent_message');
        resolve({ code, events, message: messages.at(-1)?.item?.text, stderr });
      });
    });
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: this.home,
      CODEX_HOME: this.codexHome,
      RESPONSES_API_KEY: 'sk-codex-test-key-0123456789',
      TERM: 'dumb',
      LANG: 'C.UTF-8',
      SHELL: '/bin/bash',
      // Nobody listens there: Codex reaches this machine and nothing else.
      HTTP_PROXY: 'http://127.0.0.1:9',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      NO_PROXY: '127.0.0.1,localhost',
    };
  }
}

const FLAGS = [
  '--skip-git-repo-check',
  '--dangerously-bypass-approvals-and-sandbox',
  '--json',
] as const;

function parseLines(text: string): CodexEvent[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as CodexEvent);
}

/** Has the required fields of docs/codex.md; versions before 0.149 want two more of them. */
function catalogEntry(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    slug: 'demo',
    display_name: 'Demo',
    base_instructions: 'You are a coding agent.',
    supported_reasoning_levels: [],
    supports_reasoning_summaries: true,
    supports_parallel_tool_calls: true,
    shell_type: 'unified_exec',
    visibility: 'list',
    supported_in_api: true,
    priority: 1,
    support_verbosity: false,
    truncation_policy: { mode: 'bytes', limit: 10_000 },
    experimental_supported_tools: [],
    context_window: 128_000,
    ...more,
  };
}

function configToml({ baseURL, config, provider }: CodexHomeOptions, catalog: string): string {
  return `model = "demo"
model_provider = "responses"
model_catalog_json = "${catalog}"
web_search = "disabled"

[model_providers.responses]
name = "Responses proxy"
base_url = "${baseURL}"
wire_api = "responses"
env_key = "RESPONSES_API_KEY"
${provider ?? ''}

${config ?? ''}
`;
}
