import { describe, expect, it } from '@jest/globals';
import { jsonReply } from '../support/scripted-backend.js';
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
