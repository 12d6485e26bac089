import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { lastRound, makesCalls, refuses, says, toolNames } from './support/chat-answers.js';
import { codexSuite } from './support/codex-suite.js';

/** Runs the stock Codex CLI through the proxy, in front of a scripted chat backend, to see what its tools do. */

const patch = (text: string) => `*** Begin Patch\n${text}*** End Patch`;
const update = '*** Update File: a.txt\n@@\n one\n-two\n+three\n';
const freeform = { model: { apply_patch_tool_type: 'freeform' }, files: { 'a.txt': 'one\ntwo\n' } };
const server = fileURLToPath(new URL('support/mcp-server.mjs', import.meta.url));
const mcp = `[mcp_servers.lab-tools]\ncommand = "${process.execPath}"\nargs = ["${server}"]\n`;

describe('codex exec', () => {
  const codex = codexSuite();

  it('a plain answer', async () => {
    const home = await codex.start([says('Hello there.')]);
    const run = await home.exec('Say hello.');
    expect(run).toMatchObject({ code: 0, message: 'Hello there.' });
    expect(codex.calls()).toHaveLength(1);
    expect(codex.calls()[0]?.body).toMatchObject({
      model: 'demo',
      stream: true,
      messages: [{ role: 'system' }, { role: 'user' }, { role: 'user', content: 'Say hello.' }],
    });
    expect(toolNames(codex.calls()[0]!)).toContain('exec_command');
  });

  it('a refusal is seen by the user', async () => {
    const home = await codex.start([refuses('I will not.')]);
    expect(await home.exec('Do harm.')).toMatchObject({ code: 0, message: 'I will not.' });
  });

  it('a shell call creates a file', async () => {
    const call = { name: 'exec_command', arguments: { cmd: 'echo made > made.txt; cat made.txt' } };
    const home = await codex.start([makesCalls([call]), says('Done.')]);
    expect(await home.exec('Make it.')).toMatchObject({ code: 0, message: 'Done.' });
    expect(home.read('made.txt')).toBe('made\n');
    const { assistant, outputs } = lastRound(codex.calls()[1]!);
    expect(assistant?.tool_calls).toMatchObject([{ function: { name: 'exec_command' } }]);
    expect(outputs).toEqual([expect.stringContaining('made')]);
  });

  it.each([
    ['as it should be', { input: patch(update) }],
    ['in a code fence', { input: `\`\`\`\n${patch(update)}\n\`\`\`` }],
    ['without its first and last line', { input: update }],
    ['in a command', { command: ['apply_patch', patch(update)] }],
  ])('apply_patch edits a file, %s', async (_name, input) => {
    const call = { name: 'apply_patch', arguments: input };
    const home = await codex.start([makesCalls([call]), says('Patched.')], freeform);
    expect(await home.exec('Patch it.')).toMatchObject({ code: 0, message: 'Patched.' });
    expect(home.read('a.txt')).toBe('one\nthree\n');
    expect(lastRound(codex.calls()[1]!).outputs).toEqual([expect.stringContaining('a.txt')]);
  });

  it('parallel calls both run, and their outputs come back in order', async () => {
    const calls = ['one', 'two'].map((name) => ({
      name: 'exec_command',
      arguments: { cmd: `echo ${name} > ${name}.txt; echo said-${name}` },
    }));
    const home = await codex.start([makesCalls(calls), says('Both.')]);
    expect(await home.exec('Both.')).toMatchObject({ code: 0, message: 'Both.' });
    expect([home.read('one.txt'), home.read('two.txt')]).toEqual(['one\n', 'two\n']);
    const { assistant, outputs } = lastRound(codex.calls()[1]!);
    expect(assistant?.tool_calls).toHaveLength(2);
    expect(outputs).toEqual([
      expect.stringContaining('said-one'),
      expect.stringContaining('said-two'),
    ]);
  });

  it('MCP tools of a namespace run, also under a shortened name', async () => {
    const home = await codex.start(
      [
        (request) =>
          makesCalls([
            { name: 'mcp__lab_tools__add', arguments: { a: 2, b: 3 } },
            { name: longName(toolNames(request)), arguments: { q: 'x' } },
          ]),
        says('Sum.'),
      ],
      { config: mcp },
    );
    expect(await home.exec('Add.')).toMatchObject({ code: 0, message: 'Sum.' });
    const { outputs } = lastRound(codex.calls()[1]!);
    expect(outputs).toEqual([expect.stringContaining('sum=5'), expect.stringContaining('found=x')]);
    for (const name of toolNames(codex.calls()[0]!)) expect(name.length).toBeLessThanOrEqual(64);
  });

  it('a tool search brings tools that can be called', async () => {
    const home = await codex.start(
      [
        makesCalls([{ name: 'tool_search', arguments: { query: 'add numbers', limit: 3 } }]),
        makesCalls([{ name: 'mcp__lab_tools__add', arguments: { a: 2, b: 3 } }]),
        says('Found.'),
      ],
      { config: mcp, model: { supports_search_tool: true } },
    );
    expect(await home.exec('Search.')).toMatchObject({ code: 0, message: 'Found.' });
    const [first, second, third] = codex.calls();
    expect(toolNames(first!)).not.toContain('mcp__lab_tools__add');
    expect(toolNames(second!)).toEqual([
      ...toolNames(first!),
      expect.stringMatching(/^mcp__lab_tools__/),
      ...toolNames(second!).slice(toolNames(first!).length + 1),
    ]);
    expect(toolNames(second!)).toContain('mcp__lab_tools__add');
    expect(lastRound(third!).outputs).toEqual([expect.stringContaining('sum=5')]);
  });
});

describe('a reasoning model', () => {
  const codex = codexSuite({ BACKEND_DIALECT: 'deepseek' });

  it('gets its reasoning back on the tool turn and after a resume', async () => {
    const call = { name: 'exec_command', arguments: { cmd: 'echo hi' } };
    const home = await codex.start([
      makesCalls([call], 'I think: echo.'),
      says('Done.'),
      says('Still.'),
    ]);
    const run = await home.exec('Think.', '-c', 'model_reasoning_summary="auto"');
    expect(run).toMatchObject({ code: 0, message: 'Done.' });
    // The thought is shown once.
    const shown = run.events.flatMap(({ item }) => (item?.type === 'reasoning' ? [item.text] : []));
    expect(shown).toEqual(['I think: echo.']);
    expect(await home.resume('Again.')).toMatchObject({ code: 0, message: 'Still.' });
    const [, second, third] = codex.calls();
    const thought = { role: 'assistant', reasoning_content: 'I think: echo.' };
    expect(second?.body).toMatchObject({
      messages: expect.arrayContaining([expect.objectContaining(thought)]),
    });
    expect(third?.body).toMatchObject({
      messages: expect.arrayContaining([expect.objectContaining(thought)]),
    });
  });
});

function longName(names: readonly string[]): string {
  return names.find((name) => name.startsWith('mcp__lab_tools__look')) ?? 'missing';
}
