import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/**
 * CONTRIBUTING.md promises these costs of additions, and a copy of the source shows them: each is made with so many files, the
 * whole still compiles, and the addition works.
 */

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..');
const BACKEND = 'src/responses/backend';
const TRANSLATOR = 'src/responses/translator';

/** A file that stands there before has the piece that changes, and what it becomes; a new file has its text. */
type Edits = Readonly<
  Record<string, string | readonly (readonly [before: string, after: string])[]>
>;

const additions: Readonly<Record<string, Edits>> = {
  'a preset': {
    [`${BACKEND}/dialects/cloud.presets.ts`]: [
      [
        'export const cloudPresets: readonly Preset[] = [',
        "export const cloudPresets: readonly Preset[] = [\n  hostPreset('acme', ['acme.test'], { images: 'none' }),",
      ],
    ],
  },
  'a field of a dialect': {
    [`${TRANSLATOR}/dialect/tool-fields.ts`]: [
      [
        'export const toolDialect = {',
        "export const toolDialect = {\n  acmeMode: onOff(false, 'send `acme`'),",
      ],
    ],
    [`${TRANSLATOR}/request/to-chat-request.ts`]: [
      [
        '  return {\n    chatRequest,',
        '  if (options.dialect.acmeMode) Object.assign(chatRequest, { acme: true });\n  return {\n    chatRequest,',
      ],
    ],
  },
  'a tool with its own item': {
    [`${TRANSLATOR}/tools/acme/acme-tool.adapter.ts`]: `
      import type { AcmeCallItem, InputItem } from '../../../../contracts/responses/items.js';
      import { readCallIdentity } from '../read-call-identity.js';
      import type { CallContext, CallWriter, HistoryCall, ToolCallAdapter, ToolDeclaration } from '../tool-adapter.port.js';
      import { WholeCallWriter } from '../whole-call.writer.js';
      const IDENTITY = { type: 'acme', name: 'acme' };
      export class AcmeToolAdapter implements ToolCallAdapter {
        readonly toolType = 'acme';
        readonly callItemType = 'acme_call';
        readonly outputItemType = 'acme_call_output';
        readonly itemIdPrefix = 'acme';
        readonly needsWholeArguments = true;
        declare(): ToolDeclaration[] {
          return [{ identity: IDENTITY, function: { name: 'acme', parameters: { type: 'object' } } }];
        }
        readCall(item: InputItem): HistoryCall {
          const { callId } = readCallIdentity(item, 'acme');
          return { callId, identity: IDENTITY, arguments: JSON.stringify({ what: item.what }) };
        }
        openCall({ itemId, callId }: CallContext): CallWriter {
          return new WholeCallWriter<AcmeCallItem>((given) => ({
            type: 'acme_call', id: itemId, call_id: callId, what: String(given.what), status: 'completed',
          }));
        }
      }`,
    [`${TRANSLATOR}/tools/tool-adapters.ts`]: [
      [
        'import { Apply',
        "import { AcmeToolAdapter } from './acme/acme-tool.adapter.js';\nimport { Apply",
      ],
      ['  new CustomToolAdapter(),', '  new CustomToolAdapter(),\n  new AcmeToolAdapter(),'],
    ],
    'src/contracts/responses/items.ts': [
      [
        'export interface LocalShellCallItem {',
        "export interface AcmeCallItem {\n  type: 'acme_call';\n  id: string;\n  call_id: string;\n  what: string;\n  status: ItemStatus;\n}\n\nexport interface LocalShellCallItem {",
      ],
      ['  | LocalShellCallItem\n', '  | AcmeCallItem\n  | LocalShellCallItem\n'],
    ],
    'src/responses/validation/schemas.ts': [
      [
        '  local_shell_call: object(',
        '  acme_call: object({ call_id: optionalText, id: optionalText, what: optionalText }),\n  local_shell_call: object(',
      ],
    ],
    [`${TRANSLATOR}/request/context/unread-fields.ts`]: [
      ['  local_shell_call: ', "  acme_call: 'call_id what',\n  local_shell_call: "],
    ],
  },
  'a store': {
    'src/store/acme/acme.store.ts': `
      import { MemoryStore } from '../memory/memory.store.js';
      export class AcmeStore extends MemoryStore {}`,
    'src/store/open-store.ts': [
      [
        "  if (url === 'none:') return noneStore(clock);",
        "  if (url === 'acme:') return new (await import('./acme/acme.store.js')).AcmeStore({ codec, clock, ttlMs, maxBytes });\n  if (url === 'none:') return noneStore(clock);",
      ],
    ],
    'src/config/environment-rules.ts': [['/^(memory:|none:|', '/^(acme:|memory:|none:|']],
  },
};

/** Runs in the copy; prints what the additions do. */
const probe = `
  import { loadSettings } from './out/src/config/configuration.module.js';
  import { resolveDialect } from './out/src/responses/backend/dialects/resolve-dialect.js';
  import { parseProfiles } from './out/src/responses/backend/profiles/read-profiles.js';
  import { toChatRequest } from './out/src/responses/translator/request/to-chat-request.js';
  import { ToolAdapterSet } from './out/src/responses/translator/tools/tool-adapter-set.js';
  import { toolAdapters } from './out/src/responses/translator/tools/tool-adapters.js';
  import { WarningCollector } from './out/src/responses/translator/warning.js';
  import { openStore } from './out/src/store/open-store.js';
  const acme = resolveDialect('auto', new URL('https://api.acme.test/v1/chat/completions'));
  const { entry } = parseProfiles('models: { "*": { acmeMode: true } }').models[0];
  const { chatRequest } = toChatRequest(
    {
      model: 'm',
      tools: [{ type: 'acme' }],
      input: [
        { type: 'acme_call', call_id: 'c1', what: 'it' },
        { type: 'acme_call_output', call_id: 'c1', output: 'done' },
      ],
    },
    { dialect: { ...acme, ...entry }, adapters: new ToolAdapterSet(toolAdapters), warnings: new WarningCollector(true) },
  );
  const settings = await loadSettings({ BACKEND_URL: 'http://127.0.0.1:9/v1', STORE_URL: 'acme:' });
  const clock = { now: () => 0 };
  const store = await openStore({ settings: settings.store, clock, seal: undefined, onError: () => undefined });
  console.log(JSON.stringify({ dialect: acme.name, chatRequest, store: store.constructor.name }));
  process.exit(0);
`;

describe('an addition', () => {
  let copy = '';
  let outcome: Record<string, unknown> = {};

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'additions-'));
    const own = (path: string): boolean => !/\.spec\.ts$|__fixtures__/.test(path);
    await cp(join(ROOT, 'src'), join(copy, 'src'), { recursive: true, filter: own });
    await Promise.all(
      ['package.json', 'tsconfig.json'].map((n) => cp(join(ROOT, n), join(copy, n))),
    );
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    await Promise.all(Object.values(additions).map((edits) => apply(copy, edits)));
    await writeFile(join(copy, 'probe.mjs'), probe);
    const node = process.execPath;
    const compiler = join(ROOT, 'node_modules/typescript-native/bin/tsc');
    const compile = [compiler, '--outDir', 'out', '--sourceMap', 'false'];
    await run(node, compile, { cwd: copy }).catch((error: unknown) => {
      const { stdout = '' } = error as { stdout?: string };
      throw new Error(`The copy does not compile:\n${stdout}`, { cause: error });
    });
    const { stdout } = await run(node, ['--import', 'reflect-metadata', 'probe.mjs'], {
      cwd: copy,
    });
    outcome = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
  }, 300_000);

  afterAll(async () => {
    if (copy !== '') await rm(copy, { recursive: true, force: true });
  });

  it.each([
    ['a preset', 3],
    ['a field of a dialect', 2],
    ['a tool with its own item', 5],
    ['a store', 3],
  ])('of %s costs at most %i files', (name, most) => {
    expect(Object.keys(additions[name] ?? {}).length).toBeLessThanOrEqual(most);
  });

  it('works', () => {
    expect(outcome).toMatchObject({
      dialect: 'acme',
      store: 'AcmeStore',
      chatRequest: {
        acme: true,
        tools: [{ type: 'function', function: { name: 'acme' } }],
        messages: [
          {
            role: 'assistant',
            tool_calls: [{ id: 'c1', function: { name: 'acme', arguments: '{"what":"it"}' } }],
          },
          { role: 'tool', tool_call_id: 'c1', content: 'done' },
        ],
      },
    });
  });
});

async function apply(copy: string, edits: Edits): Promise<void> {
  for (const [path, change] of Object.entries(edits)) {
    const file = join(copy, path);
    await mkdir(dirname(file), { recursive: true });
    if (typeof change === 'string') await writeFile(file, change);
    else await writeFile(file, change.reduce(replaced, await readFile(file, 'utf8')));
  }
}

function replaced(text: string, [before, after]: readonly [string, string]): string {
  if (!text.includes(before)) throw new Error(`The copy has no place that reads ${before}`);
  return text.replace(before, () => after);
}
