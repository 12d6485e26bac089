import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  ChatChunks,
  jsonReply,
  streamOf,
  type ReceivedRequest,
  type Script,
} from '../support/scripted-backend.js';
import type { Responder } from '../../src/demo/scripted-chat-server.js';
import { chatRequestOf, cutsCall, lastRound, makesCalls, says } from './support/chat-answers.js';
import { codexSuite } from './support/codex-suite.js';
import { ReasoningDropper } from './support/reasoning-dropper.js';

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

/** Answers only a conversation whose assistant messages all have their thoughts. */
const demanding =
  (answer: Script): Responder =>
  (request) => {
    const lacks = thoughtsOf(request).some((thought) => !thought);
    const message = 'The reasoning_content in the thinking mode must be passed back to the API.';
    return lacks ? jsonReply(400, { error: { message } }) : answer;
  };

function thoughtsOf(request: ReceivedRequest): (string | undefined)[] {
  return chatRequestOf(request).messages.flatMap((message) =>
    message.role === 'assistant'
      ? [(message as { reasoning_content?: string }).reasoning_content]
      : [],
  );
}

describe('a thinking backend that refuses a turn without its thoughts', () => {
  const codex = codexSuite({ BACKEND_DIALECT: 'deepseek' });

  it('goes on over two rounds, of which one had no thought', async () => {
    const second = { name: 'exec_command', arguments: { cmd: 'cat made.txt' } };
    const home = await codex.start([
      makesCalls([make], 'I make it.'),
      demanding(makesCalls([second])),
      demanding(says('Done.')),
    ]);
    expect(await home.exec('Make it.')).toMatchObject({ code: 0, message: 'Done.' });
    expect(thoughtsOf(codex.calls()[2]!)).toEqual(['I make it.', ' ']);
  });

  it('goes on for a client that drops them', async () => {
    const dropper = await ReasoningDropper.start();
    const home = await codex.start([makesCalls([make], 'I make it.'), demanding(says('Done.'))], {
      through: (baseURL) => dropper.before(baseURL),
    });
    expect(await home.exec('Make it.')).toMatchObject({ code: 0, message: 'Done.' });
    await dropper.close();
    expect(dropper.dropped).toBeGreaterThan(0);
    expect(thoughtsOf(codex.calls()[1]!)).toEqual(['I make it.']);
  });
});

describe('a model that is changed in the middle of a conversation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'codex-models-'));
  const profiles = join(folder, 'profiles.yaml');
  const spoken = { demo: 'deepseek', other: 'mistral', claude: 'anthropic' };
  // Codex tells of the change in a developer message, which the checker of these tests wants nowhere but at the head.
  const entry = ([model, dialect]: [string, string]) => [model, { dialect, lateSystem: 'user' }];
  const models = Object.fromEntries(Object.entries(spoken).map(entry)) as object;
  writeFileSync(profiles, JSON.stringify({ models }));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const codex = codexSuite({ BACKEND_PROFILES: profiles });
  /** Refuses what Mistral and Claude refuse: fields that they do not know, ids of other makers. */
  const strict =
    (form: RegExp, answer: Script): Responder =>
    (request) => {
      const { messages } = chatRequestOf(request);
      const isForeign = thoughtsOf(request).some((thought) => thought !== undefined);
      const ids = messages.flatMap((message) =>
        message.role === 'assistant' ? (message.tool_calls ?? []).map(({ id }) => id) : [],
      );
      return isForeign || ids.length === 0 || ids.some((id) => !form.test(id))
        ? jsonReply(400, { error: { message: 'Unknown field or invalid id' } })
        : answer;
    };

  it('goes on with the next model, and with the first one again', async () => {
    const look = { ...make, id: 'functions.exec_command:0' };
    const home = await codex.start([
      makesCalls([look], 'I make it.'),
      demanding(says('Made.')),
      strict(/^[A-Za-z0-9]{9}$/, says('Mistral here.')),
      strict(/^[A-Za-z0-9_-]+$/, says('Claude here.')),
      demanding(says('Here again.')),
    ]);
    expect(await home.exec('Make it.')).toMatchObject({ code: 0, message: 'Made.' });
    expect(await home.resume('Who?', '-m', 'other')).toMatchObject({ message: 'Mistral here.' });
    expect(await home.resume('Who?', '-m', 'claude')).toMatchObject({ message: 'Claude here.' });
    expect(await home.resume('Who?', '-m', 'demo')).toMatchObject({ message: 'Here again.' });
    expect(thoughtsOf(codex.calls()[4]!)[0]).toBe('I make it.');
  });
});
