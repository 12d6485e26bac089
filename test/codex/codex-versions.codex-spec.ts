import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { codeBlocksOf, readProjectFile } from '../support/documentation.js';
import { jsonReply } from '../support/scripted-backend.js';
import { lastRound, makesCalls, says } from './support/chat-answers.js';
import { codexSuite } from './support/codex-suite.js';

/** Other versions lie where scripts/install-codex-versions.sh puts them; without it the installed one is tried alone. */
const others = resolve('node_modules/.cache/codex');
const folders = [
  resolve('node_modules'),
  ...(existsSync(others) ? readdirSync(others) : []).map((v) => join(others, v, 'node_modules')),
].filter((modules) => existsSync(join(modules, '@openai/codex')));
const versions = folders.map((modules) => ({ version: versionIn(modules), modules }));
/** The page describes the installed version; what older ones do otherwise stands in its table of messages. */
const olderVersions = versions.filter(({ version }) => version < versions[0]!.version);

const page = readProjectFile('docs/codex.md');

function versionIn(modules: string): string {
  const file = readFileSync(join(modules, '@openai/codex/package.json'), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

/** Gives the set-up block of the page, with another URL. */
function documentedConfig(baseURL: string): string {
  const [block = ''] = codeBlocksOf(page, 'toml');
  expect(block).toContain('wire_api = "responses"');
  return block.replace(/^base_url = "[^"]+"/m, `base_url = "${baseURL}"`);
}

describe('Codex', () => {
  const codex = codexSuite();

  it.each(versions)('$version answers as docs/codex.md sets it up', async ({ modules }) => {
    const home = await codex.start([says('Hello there.')], { modules });
    await writeFile(home.configFile, documentedConfig(codex.baseURL()));
    expect(await home.exec('Say hello.')).toMatchObject({ code: 0, message: 'Hello there.' });
  });

  it.each(versions)('$version runs commands and patches', async ({ modules }) => {
    const command = { cmd: 'echo made > made.txt; cat made.txt' };
    const input = '*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+two\n*** End Patch';
    const home = await codex.start(
      [
        makesCalls([{ name: 'exec_command', arguments: command }]),
        makesCalls([{ name: 'apply_patch', arguments: { input } }]),
        says('Done.'),
      ],
      { modules, model: { apply_patch_tool_type: 'freeform' }, files: { 'a.txt': 'one\n' } },
    );
    expect(await home.exec('Make it.')).toMatchObject({ code: 0, message: 'Done.' });
    expect(home.read('made.txt')).toBe('made\n');
    expect(home.read('a.txt')).toBe('two\n');
    expect(lastRound(codex.calls()[2]!).outputs).toEqual([expect.stringContaining('a.txt')]);
  });

  const older = olderVersions.length > 0 ? it.each(olderVersions) : it.skip.each(versions);
  older('$version says what the page has of a rate limit and of an overflow', async (tried) => {
    const limited = { message: 'Too many requests.', code: 'rate_limit_exceeded' };
    const overflow = { message: "This model's maximum context length is 8192 tokens.", code: 400 };
    const home = await codex.start(
      [
        jsonReply(429, { error: limited }, { 'retry-after': '1' }),
        jsonReply(400, { error: overflow }),
      ],
      { modules: tried.modules },
    );
    const [first, second] = [await home.exec('One.'), await home.exec('Two.')];
    expect([first.code, second.code]).toEqual([1, 1]);
    const stopped = 'exceeded retry limit, last status: 429';
    expect(page).toContain(`\`${stopped}`);
    expect(JSON.stringify(first.events)).toContain(stopped);
    expect(page).toContain('`context_length_exceeded` as JSON');
    expect(JSON.stringify(second.events)).toContain('context_length_exceeded');
    expect(codex.calls()).toHaveLength(2);
  });
});
