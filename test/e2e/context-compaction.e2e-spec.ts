import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMPACTION_PROMPT } from '../../src/responses/pipeline/compaction/compaction-prompt.js';
import { checkEvents, finalResponse, readError, readEvents } from '../support/checked-response.js';
import { itOverOneHop } from '../support/over-hops.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Compacts in the middle of a response, as `context_management` asks for it, or by the operator's default. */

const chunks = new ChatChunks('demo');
const long = 'The wall is to be blue, says the plan. '.repeat(200);
const user = (content: string) => ({ type: 'message', role: 'user', content });
const assistant = (content: string) => ({ type: 'message', role: 'assistant', content });
const conversation = [
  { type: 'message', role: 'developer', content: 'Be brief.' },
  user('Paint it blue.'),
  assistant(long),
  user('And the door?'),
];
const context_management = [{ type: 'compaction', compact_threshold: 1_000 }];

interface ChatBody {
  messages: { role: string; content: string }[];
  tool_choice?: string;
  max_tokens?: number;
}
interface Item {
  type: string;
  [field: string]: unknown;
}

const usage = (prompt_tokens: number, completion_tokens: number) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
});
const says = (text: string, ...more: unknown[]) =>
  streamOf(chunks.text(text), chunks.finish('stop'), ...more);
const tooLong = () =>
  jsonReply(400, { error: { message: 'too long', code: 'context_length_exceeded' } });

const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
const profiles = `
models:
  small-*: { compactOnOverflow: true }
  early-*: { compactThreshold: 1000 }
`;

let service: Service;
beforeAll(async () => {
  const file = join(folder, 'profiles.yaml');
  writeFileSync(file, profiles);
  service = await startService({ BACKEND_PROFILES: file, BACKEND_RETRIES: '0' });
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

const calls = (from: number) =>
  service.backend.calls.slice(from).map(({ body }) => body as ChatBody);
const told = (chat: ChatBody | undefined) =>
  chat?.messages.map(({ role, content }) => [role, content]);

const lastLog = () => service.proxy.logs().findLast(({ msg }) => msg === 'request_completed');

/** Gives the answer, and the chat calls that it took. */
async function ask(body: Record<string, unknown>) {
  const from = service.backend.calls.length;
  const reply = await service.post({ model: 'demo', ...body });
  const response = (await reply.json()) as { id: string; output: Item[]; usage: unknown };
  return { reply, response, chats: calls(from) };
}

const compactedMessages = [
  ['system', 'Be brief.'],
  ['user', 'Paint it blue.'],
  ['user', expect.stringContaining('The wall is blue.')],
  ['user', 'And the door?'],
];

describe('a conversation above the threshold', () => {
  it('is summarised first, and answered from the summary in the same response', async () => {
    service.backend.enqueue(
      says('The wall is blue.', chunks.usage(usage(2000, 5))),
      says('Red.', chunks.usage(usage(50, 2))),
    );
    const from = service.backend.calls.length;
    const reply = await service.post({
      model: 'demo',
      stream: true,
      input: conversation,
      max_output_tokens: 20,
      context_management,
    });
    expect(reply.headers.get('x-responses-warnings')).toBeNull();
    const events = checkEvents(await readEvents(reply));
    expect(events.slice(0, 6).map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.compaction.compacting',
      'response.output_item.done',
      'response.output_item.added',
    ]);
    const { output, usage: spent } = finalResponse(events);
    expect(output).toMatchObject([
      { type: 'compaction', status: 'completed', encrypted_content: expect.any(String) },
      { type: 'message', content: [{ text: 'Red.' }] },
    ]);
    expect(spent).toMatchObject({ input_tokens: 2050, output_tokens: 7, total_tokens: 2057 });
    const [summary, answer] = calls(from);
    expect(summary?.messages.at(-1)).toEqual({ role: 'user', content: COMPACTION_PROMPT });
    expect(summary).not.toHaveProperty('max_tokens');
    expect(answer).toMatchObject({ max_tokens: 20 });
    expect(told(answer)).toEqual(compactedMessages);
  });

  it.each([
    ['a client that sends everything back', 'items'],
    ['a chain', 'chain'],
    ['a conversation', 'conversation'],
  ])('%s goes on from the window', async (_name, way) => {
    const { id: conversationId } = (await (
      await fetch(`${service.baseURL}/conversations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${TEST_KEY}` },
        body: '{}',
      })
    ).json()) as { id: string };
    service.backend.enqueue(says('The wall is blue.'), says('Red.'), says('Soon.'));
    const place = way === 'conversation' ? { conversation: conversationId } : {};
    const headers = { authorization: `Bearer ${TEST_KEY}` };
    const first = (await (
      await service.post(
        { model: 'demo', input: conversation, context_management, ...place },
        { headers },
      )
    ).json()) as { id: string; output: Item[] };
    const next = [user('When?')];
    const body = {
      items: { input: [...conversation, ...first.output, ...next] },
      chain: { input: next, previous_response_id: first.id },
      conversation: { input: next, ...place },
    }[way];
    const from = service.backend.calls.length;
    const reply = await service.post({ model: 'demo', context_management, ...body }, { headers });
    expect(reply.status).toBe(200);
    await reply.text();
    const [chat, ...more] = calls(from);
    expect(more).toEqual([]);
    expect(told(chat)).toEqual([...compactedMessages, ['assistant', 'Red.'], ['user', 'When?']]);
  });

  it('in the middle of tool calls goes on from where the summary ends', async () => {
    const call = { type: 'function_call', call_id: 'c1', name: 'paint', arguments: '{}' };
    const output = { type: 'function_call_output', call_id: 'c1', output: long };
    service.backend.enqueue(says('The wall is blue.'), says('Done.'));
    const input = [user('Paint it blue.'), call, output];
    const { chats } = await ask({ input, context_management });
    expect(told(chats[1])).toEqual([
      ['user', 'Paint it blue.'],
      ['user', expect.stringContaining('The wall is blue.')],
    ]);
  });

  it('is answered as it is when the model writes no summary', async () => {
    service.backend.enqueue(streamOf(chunks.reasoning('Hm.'), chunks.finish('stop')), says('Red.'));
    const { response, chats } = await ask({ input: conversation, context_management });
    expect(response.output).toMatchObject([{ type: 'message' }]);
    expect(told(chats[1])).toHaveLength(4);
    expect(lastLog()).toMatchObject({ warnings: { compaction_failed: 1 } });
  });

  it('keeps the status of an error of the summary', async () => {
    service.backend.enqueue(jsonReply(429, { error: { message: 'slow' } }));
    const reply = await service.post({ model: 'demo', input: conversation, context_management });
    expect(reply.status).toBe(429);
  });
});

describe('what is not compacted', () => {
  it.each([
    ['a short conversation', { input: [user('Hi'), assistant('Ho'), user('Hm')] }],
    ['a long message with nothing before it', { input: long }],
  ])('%s', async (_name, body) => {
    service.backend.enqueue(says('Yes.'));
    const { response, chats } = await ask({ ...body, context_management });
    expect(response.output).toMatchObject([{ type: 'message' }]);
    expect(chats).toHaveLength(1);
  });

  it.each([
    [[{ type: 'other' }], 'context_management[0].type'],
    [[{ compact_threshold: 5000 }], 'context_management[0].type'],
    [[{ type: 'compaction', compact_threshold: 10 }], 'context_management[0].compact_threshold'],
    ['auto', 'context_management'],
  ])('%j is a 400 that names the field', async (value, param) => {
    const reply = await service.post({ model: 'demo', input: 'Hi', context_management: value });
    expect(reply.status).toBe(400);
    expect(await readError(reply)).toMatchObject({ param });
  });

  it('an unknown threshold, of which the client is told', async () => {
    service.backend.enqueue(says('Yes.'));
    const { reply } = await ask({ input: 'Hi', context_management: [{ type: 'compaction' }] });
    expect(reply.headers.get('x-responses-warnings')).toContain('context_management');
  });
});

describe("the operator's default of a model", () => {
  // Both hops would compact.
  itOverOneHop('compacts for clients that do not ask', async () => {
    service.backend.enqueue(says('The wall is blue.'), says('Red.'));
    const { response } = await ask({ model: 'early-1', input: conversation });
    expect(response.output.map(({ type }) => type)).toEqual(['compaction', 'message']);
  });

  itOverOneHop(
    'compacts what the backend refuses as too long, once, from a shorter form if it must',
    async () => {
      service.backend.enqueue(tooLong(), tooLong(), says('The wall is blue.'), says('Red.'));
      const call = { type: 'function_call', call_id: 'c1', name: 'paint', arguments: '{}' };
      const output = { type: 'function_call_output', call_id: 'c1', output: long };
      const input = [...conversation, call, output, user('And now?')];
      const { response, chats } = await ask({ model: 'small-1', input });
      expect(response.output.map(({ type }) => type)).toEqual(['compaction', 'message']);
      const [, whole, shorter] = chats.map((chat) => JSON.stringify(chat).length);
      expect(shorter).toBeLessThan(whole! / 2);
      expect(chats).toHaveLength(4);
      expect(lastLog()).toMatchObject({ warnings: { conversation_truncated: 1 } });
    },
  );

  it('passes on an overflow that a summary does not cure', async () => {
    service.backend.enqueue(tooLong(), says('The wall is blue.'), tooLong());
    const reply = await service.post({ model: 'small-1', input: conversation });
    expect(reply.status).toBe(400);
    expect(await readError(reply)).toMatchObject({ code: 'context_length_exceeded' });
  });
});
