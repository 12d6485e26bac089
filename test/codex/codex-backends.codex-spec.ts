import { describe, expect, it } from '@jest/globals';
import { ChatChunks, jsonReply, streamOf, type Script } from '../support/scripted-backend.js';
import type { Responder } from '../../src/demo/scripted-chat-server.js';
import { chatRequestOf, cutsCall, lastRound, makesCalls, says } from './support/chat-answers.js';
import { codexSuite } from './support/codex-suite.js';

/** Puts the stock Codex CLI in front of backends as they are in the world. */

const freeform = { model: { apply_patch_tool_type: 'freeform' }, files: { 'a.txt': 'one\n' } };
const deletion = {
  name: 'apply_patch',
  arguments: { input: '*** Begin Patch\n*** Delete File: a.txt\n*** End Patch\n' },
};
const make = { name: 'exec_command', arguments: { cmd: 'echo made > made.txt; cat made.txt' } };

describe('a backend without the parser of its model', () => {
  const codex = codexSuite({ BACKEND_DIALECT: 'chutes' });
  const chunks = new ChatChunks('demo');
  /** Writes in pieces of three characters, as tokens come. */
  const writes = (text: string): Script =>
    streamOf(
      chunks.role(),
      ...(text.match(/[^]{1,3}/g) ?? []).map((piece) => chunks.text(piece)),
      chunks.finish('stop'),
    );

  it.each([
    [
      'Kimi',
      `<|tool_calls_section_begin|><|tool_call_begin|>functions.exec_command:0<|tool_call_argument_begin|>${JSON.stringify(make.arguments)}<|tool_call_end|><|tool_calls_section_end|>`,
    ],
    [
      'GLM',
      `<tool_call>exec_command\n<arg_key>cmd</arg_key>\n<arg_value>${make.arguments.cmd}</arg_value>\n</tool_call>`,
    ],
  ])('a call that %s wrote as text runs', async (_name, text) => {
    const home = await codex.start([writes(text), says('Done.')]);
    expect(await home.exec('Make it.')).toMatchObject({ code: 0, message: 'Done.' });
    expect(home.read('made.txt')).toBe('made\n');
    expect(lastRound(codex.calls()[1]!).outputs).toEqual([expect.stringContaining('made')]);
  });

  it('a patch that broke off changes nothing, whatever the finish reason says', async () => {
    const home = await codex.start([cutsCall(deletion, 'stop')], freeform);
    const run = await home.exec('Patch.');
    expect(JSON.stringify(run.events)).toContain('Incomplete response');
    expect(home.read('a.txt')).toBe('one\n');
  });

  it('a patch that broke off as text changes nothing', async () => {
    const text = `<tool_call>{"name": "apply_patch", "arguments": ${JSON.stringify(deletion.arguments).slice(0, -17)}`;
    const home = await codex.start([writes(text)], freeform);
    await home.exec('Patch.');
    expect(home.read('a.txt')).toBe('one\n');
  });

  it.each(['exec_command\n', 'functions.exec_command', 'exec_command<|channel|>commentary'])(
    'a name with leftovers is the offered one: %j',
    async (name) => {
      const home = await codex.start([makesCalls([{ ...make, name }]), says('Done.')]);
      expect(await home.exec('Make it.')).toMatchObject({ code: 0, message: 'Done.' });
      expect(home.read('made.txt')).toBe('made\n');
    },
  );
});

describe('a thinking backend that refuses a turn without its thoughts', () => {
  const codex = codexSuite({ BACKEND_DIALECT: 'deepseek' });
  const demanding =
    (answer: Script): Responder =>
    (request) => {
      const { messages } = chatRequestOf(request);
      const lacks = messages.some(
        (message) =>
          message.role === 'assistant' &&
          !(message as { reasoning_content?: string }).reasoning_content,
      );
      const message = 'The reasoning_content in the thinking mode must be passed back to the API.';
      return lacks ? jsonReply(400, { error: { message } }) : answer;
    };

  it('goes on over two rounds, of which one had no thought', async () => {
    const second = { name: 'exec_command', arguments: { cmd: 'cat made.txt' } };
    const home = await codex.start([
      makesCalls([make], 'I make it.'),
      demanding(makesCalls([second])),
      demanding(says('Done.')),
    ]);
    expect(await home.exec('Make it.')).toMatchObject({ code: 0, message: 'Done.' });
    const { messages } = chatRequestOf(codex.calls()[2]!);
    const thoughts = messages.flatMap((message) =>
      message.role === 'assistant'
        ? [(message as { reasoning_content?: string }).reasoning_content]
        : [],
    );
    expect(thoughts).toEqual(['I make it.', ' ']);
  });
});
