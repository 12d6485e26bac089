import { describe, expect, it } from '@jest/globals';
import { jsonReply, type ReceivedRequest, type Script } from '../support/scripted-backend.js';
import {
  breaksAfter,
  chatRequestOf,
  cutsCall,
  lastRound,
  makesCalls,
  promptOf,
  says,
  toolNames,
} from './support/chat-answers.js';
import { codexSuite } from './support/codex-suite.js';

/** Runs the stock Codex CLI through the proxy when things go wrong, and over several turns. */

const freeform = { model: { apply_patch_tool_type: 'freeform' }, files: { 'a.txt': 'one\n' } };
const deletion = {
  name: 'apply_patch',
  arguments: { input: '*** Begin Patch\n*** Delete File: a.txt\n*** End Patch\n' },
};

describe('codex exec', () => {
  const codex = codexSuite();

  it('resume goes on with the whole conversation, whose beginning keeps its bytes', async () => {
    const call = { name: 'exec_command', arguments: { cmd: 'echo first > first.txt' } };
    const home = await codex.start([makesCalls([call]), says('First.'), says('Second.')]);
    expect(await home.exec('One.')).toMatchObject({ code: 0, message: 'First.' });
    expect(await home.resume('Two.')).toMatchObject({ code: 0, message: 'Second.' });
    const [, second, third] = codex.calls().map((received) => chatRequestOf(received).messages);
    expect(third!.slice(0, second!.length)).toEqual(second);
    expect(third!.slice(second!.length)).toMatchObject([
      { role: 'assistant', content: 'First.' },
      { role: 'user' },
    ]);
  });

  it('a stream that breaks is tried again', async () => {
    const home = await codex.start([breaksAfter('Hel'), says('Hello.')]);
    expect(await home.exec('Hello?')).toMatchObject({ code: 0, message: 'Hello.' });
    expect(codex.calls()).toHaveLength(2);
  });

  it('half a patch never runs: the connection broke', async () => {
    const home = await codex.start([cutsCall(deletion, 'connection'), says('Sorry.')], freeform);
    expect(await home.exec('Patch.')).toMatchObject({ code: 0, message: 'Sorry.' });
    expect(home.read('a.txt')).toBe('one\n');
    expect(lastRound(codex.calls()[1]!).assistant).toBeUndefined();
  });

  it('half a patch never runs: the token limit was reached', async () => {
    const home = await codex.start([cutsCall(deletion, 'length')], freeform);
    const run = await home.exec('Patch.');
    expect(JSON.stringify(run.events)).toContain('Incomplete response');
    expect(home.read('a.txt')).toBe('one\n');
    expect(codex.calls()).toHaveLength(1);
  });

  it('a rate limit is waited out', async () => {
    const limited = jsonReply(
      429,
      { error: { message: 'Too many requests.', type: 'requests', code: 'rate_limit_exceeded' } },
      { 'retry-after': '1' },
    );
    const home = await codex.start([limited, says('Now.')]);
    const started = performance.now();
    expect(await home.exec('Go.')).toMatchObject({ code: 0, message: 'Now.' });
    expect(performance.now() - started).toBeGreaterThan(1_000);
    expect(codex.calls()).toHaveLength(2);
  });

  it('a used-up quota stops at once', async () => {
    const message = 'You exceeded your current quota.';
    const home = await codex.start([
      jsonReply(429, {
        error: { message, type: 'insufficient_quota', code: 'insufficient_quota' },
      }),
    ]);
    const run = await home.exec('Go.');
    expect(run.code).not.toBe(0);
    expect(JSON.stringify(run.events)).toMatch(/quota/i);
    expect(codex.calls()).toHaveLength(1);
  });

  it('an overflow fails the turn, and the next one begins with a compaction', async () => {
    const message =
      "This model's maximum context length is 8192 tokens, however you requested 9000.";
    const home = await codex.start([
      says('First.'),
      jsonReply(400, { error: { message, type: 'BadRequestError', code: 400 } }),
      says('SUMMARY: the user said one.'),
      says('Third.'),
    ]);
    expect(await home.exec('One.')).toMatchObject({ code: 0, message: 'First.' });
    const overflow = await home.resume('Two.');
    expect(overflow.code).not.toBe(0);
    expect(JSON.stringify(overflow.events)).toContain('ran out of room');
    expect(await home.resume('Three.')).toMatchObject({ code: 0, message: 'Third.' });

    const [, , compaction, last] = codex.calls();
    expect(codex.calls()).toHaveLength(4);
    expect(toolNames(compaction!)).toEqual([]);
    expect(chatRequestOf(compaction!).messages.at(-1)).toMatchObject({
      role: 'user',
      content: expect.stringContaining('CONTEXT CHECKPOINT COMPACTION'),
    });
    expect(promptOf(last!)).toContain('SUMMARY: the user said one.');
    expect(promptOf(last!)).toContain('Three.');
    expect(promptOf(last!)).not.toContain('First.');
  });
});

describe('automatic compaction', () => {
  const codex = codexSuite();
  const isSummary = (request: ReceivedRequest) =>
    /CONTEXT CHECKPOINT COMPACTION|replaced by a summary/.test(
      JSON.stringify(chatRequestOf(request).messages.at(-1)),
    );
  const remote = { provider: 'capabilities = { remote_compaction = "v2" }' };

  it.each([
    ['by Codex itself', {}],
    ['by the service', remote],
  ])(
    'a fact of the first turn is known after three windows, %s',
    async (_name, options) => {
      const fact = 'VIOLET-7';
      const rest = 'The rest of the file.';
      const call = { name: 'exec_command', arguments: { cmd: 'cat note.txt' } };
      // The model reads the file when it does not know the fact, and tells it when it writes a summary or is asked.
      const model = (request: ReceivedRequest): Script => {
        codex.backend().enqueue(model);
        const knows = promptOf(request).includes(fact);
        const { messages } = chatRequestOf(request);
        const last = JSON.stringify(messages.at(-1));
        if (isSummary(request) || last.includes('Which code?')) {
          return says(knows ? `The code is ${fact}.` : 'Nothing is known.');
        }
        return knows ? says('Noted.') : makesCalls([call]);
      };
      const home = await codex.start([model], {
        ...options,
        model: { context_window: 100_000, auto_compact_token_limit: 100 },
        files: { 'note.txt': `The code is ${fact}. ${rest}` },
      });
      expect(await home.exec('Read note.txt.')).toMatchObject({ code: 0, message: 'Noted.' });
      expect(await home.resume('Go on.')).toMatchObject({ code: 0, message: 'Noted.' });
      expect(await home.resume('Go on again.')).toMatchObject({ code: 0, message: 'Noted.' });
      const message = `The code is ${fact}.`;
      expect(await home.resume('Which code?')).toMatchObject({ code: 0, message });

      expect(codex.calls().filter(isSummary).length).toBeGreaterThanOrEqual(3);
      expect(promptOf(codex.calls().at(-1)!)).not.toContain(rest);
    },
    120_000,
  );
});

describe('a backend that tells no usage', () => {
  const codex = codexSuite();

  it('does not keep Codex from compacting: usage is estimated', async () => {
    const silent = (text: string) => ({
      steps: [
        { data: { choices: [{ index: 0, delta: { content: text }, finish_reason: null }] } },
        { data: { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] } },
        { write: 'data: [DONE]\n\n' },
      ],
    });
    const home = await codex.start([silent('First.'), silent('SUMMARY.'), silent('Second.')], {
      model: { auto_compact_token_limit: 100 },
    });
    expect(await home.exec('One.')).toMatchObject({ code: 0, message: 'First.' });
    expect(await home.resume('Two.')).toMatchObject({ code: 0, message: 'Second.' });
    expect(promptOf(codex.calls()[1]!)).toContain('CONTEXT CHECKPOINT COMPACTION');
  });
});
