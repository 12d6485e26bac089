import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMPACTION_PROMPT } from '../../src/responses/pipeline/compaction/compaction-prompt.js';
import { checkEvents, finalResponse, readError, readEvents } from '../support/checked-response.js';
import { schemaViolations } from '../support/open-responses-schema.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

const keys = { SEAL_KEYS: 'a-secret-of-enough-length' };
const chunks = new ChatChunks('demo');
const user = (text: string) => ({ type: 'message', role: 'user', content: text });
const assistant = (text: string) => ({ type: 'message', role: 'assistant', content: text });
const conversation = [user('Paint it blue.'), assistant('Done.'), user('Now the door.')];
const trigger = { type: 'compaction_trigger' };

interface ChatBody {
  messages: { role: string; content: string }[];
  tool_choice?: string;
  tools?: unknown[];
}

let service: Service;
beforeAll(async () => {
  service = await startService(keys);
});
afterAll(() => service.close());

const usage = {
  prompt_tokens: 9,
  completion_tokens: 4,
  total_tokens: 13,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
};
const summary = () =>
  streamOf(
    chunks.text('The wall '),
    chunks.text('is blue.'),
    chunks.finish('stop'),
    chunks.usage(usage),
  );

const compact = (body: unknown, at = service) =>
  fetch(`${at.baseURL}/responses/compact`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TEST_KEY}` },
    body: JSON.stringify(body),
  });

const lastChat = (at = service) => at.backend.lastCall.body as ChatBody;

/** Makes the sealed summary of a conversation, as a client holds it. */
async function compactionItem(): Promise<Record<string, unknown>> {
  service.backend.enqueue(summary());
  const reply = await compact({ model: 'demo', input: conversation });
  const { output } = (await reply.json()) as { output: Record<string, unknown>[] };
  return output.at(-1)!;
}

describe('POST /v1/responses/compact', () => {
  it("keeps the user's messages and seals the summary", async () => {
    service.backend.enqueue(summary());
    const reply = await compact({ model: 'demo', input: conversation, prompt_cache_key: 'k' });
    expect(reply.status).toBe(200);
    const body = (await reply.json()) as { output: Record<string, unknown>[] };
    expect(body).toMatchObject({
      object: 'response.compaction',
      usage: { input_tokens: 9, output_tokens: 4, total_tokens: 13 },
    });
    expect(body.output.map(({ type, role }) => [type, role])).toEqual([
      ['message', 'user'],
      ['message', 'user'],
      ['compaction', undefined],
    ]);
    expect(body.output[2]?.id).toMatch(/^cmp_/);
    expect(JSON.stringify(body)).not.toContain('The wall');
    expect(schemaViolations('CompactResource', body)).toEqual([]);
    expect(lastChat().messages.at(-1)).toEqual({ role: 'user', content: COMPACTION_PROMPT });
  });

  it.each([
    ['model', { input: 'Hi' }],
    ['input', { model: 'demo' }],
    ['previous_response_id', { model: 'demo', input: 'Hi', previous_response_id: 'resp_none' }],
    ['input[0].role', { model: 'demo', input: [{ type: 'message', content: 'x' }] }],
  ])('refuses a body whose %s is wrong', async (param, body) => {
    const reply = await compact(body);
    expect(reply.status).toBe(400);
    expect(await readError(reply)).toMatchObject({ param });
  });

  it('compacts what previous_response_id names', async () => {
    service.backend.enqueue(streamOf(chunks.text('Done.'), chunks.finish('stop')), summary());
    const first = await service.post({ model: 'demo', input: 'Paint it blue.' });
    const { id } = (await first.json()) as { id: string };
    const reply = await compact({ model: 'demo', previous_response_id: id });
    expect(await reply.json()).toMatchObject({
      output: [
        { role: 'user', content: [{ type: 'input_text', text: 'Paint it blue.' }] },
        { type: 'compaction' },
      ],
    });
    expect(lastChat().messages.map(({ content }) => content)).toEqual([
      'Paint it blue.',
      'Done.',
      COMPACTION_PROMPT,
    ]);
  });

  it('passes a context overflow on', async () => {
    const error = { message: 'too long', code: 'context_length_exceeded' };
    service.backend.enqueue(jsonReply(400, { error }));
    const reply = await compact({ model: 'demo', input: conversation });
    expect(reply.status).toBe(400);
    expect(await readError(reply)).toMatchObject({ code: 'context_length_exceeded' });
  });

  it('fails when the model writes no summary', async () => {
    service.backend.enqueue(streamOf(chunks.reasoning('Hm.'), chunks.finish('stop')));
    const reply = await compact({ model: 'demo', input: conversation });
    expect(reply.status).toBe(502);
    expect(await readError(reply)).toMatchObject({ code: 'backend_stream_error' });
  });
});

describe('a compaction item as input', () => {
  const firstMessage = (chat: ChatBody) => chat.messages[0];

  it('opens into the summary on any replica with the same SEAL_KEYS', async () => {
    const item = await compactionItem();
    const other = await startService(keys);
    const reply = await other.post({ model: 'demo', input: [item, user('Go on.')] });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-responses-warnings')).toBeNull();
    expect(firstMessage(lastChat(other))).toMatchObject({
      role: 'user',
      content: expect.stringContaining('The wall is blue.'),
    });
    await other.close();
  });

  it.each([
    ['foreign', () => 'gAAAAABo-of-another-service'],
    ['tampered with', (sealed: string) => `${sealed.slice(0, -4)}AAAA`],
  ])(
    'is left out with a warning when it is %s, and refused in strict mode',
    async (_name, change) => {
      const item = await compactionItem();
      const input = [
        { ...item, encrypted_content: change(String(item.encrypted_content)) },
        user('Go on.'),
      ];
      const reply = await service.post({ model: 'demo', input });
      expect(reply.status).toBe(200);
      expect(reply.headers.get('x-responses-warnings')).toContain('compaction_dropped');
      const strict = await service.post(
        { model: 'demo', input },
        { headers: { 'x-strict': 'true' } },
      );
      expect(strict.status).toBe(400);
      expect(await readError(strict)).toMatchObject({
        code: 'compaction_dropped',
        param: 'input[0]',
      });
    },
  );
});

describe('compaction_trigger', () => {
  const tools = [{ type: 'function', name: 'paint', parameters: { type: 'object' } }];

  it('is answered with exactly one compaction item; the tools stay and are not called', async () => {
    service.backend.enqueue(summary());
    const body = { model: 'demo', stream: true, tools, input: [...conversation, trigger] };
    const events = checkEvents(await readEvents(await service.post(body)));
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ]);
    const { output, usage: reported } = finalResponse(events);
    expect(output).toMatchObject([{ type: 'compaction', status: 'completed' }]);
    expect(reported).toMatchObject({ total_tokens: 13 });
    expect(lastChat()).toMatchObject({ tool_choice: 'none', tools: [{ type: 'function' }] });
    const again = await service.post({ model: 'demo', input: [...output, user('Go on.')] });
    expect(again.status).toBe(200);
    expect(JSON.stringify(lastChat().messages)).toContain('The wall is blue.');
  });

  it('keeps a summary that the token limit cut, and says so in it', async () => {
    service.backend.enqueue(streamOf(chunks.text('The wall'), chunks.finish('length')));
    const reply = await service.post({ model: 'demo', input: [...conversation, trigger] });
    const { output, status } = (await reply.json()) as { output: unknown[]; status: string };
    expect(status).toBe('completed');
    await (await service.post({ model: 'demo', input: [...output, user('Go on.')] })).text();
    expect(JSON.stringify(lastChat().messages)).toContain('cut off here');
  });

  it('fails cleanly when the stream ends too early, and keeps the status of an error before it', async () => {
    service.backend.enqueue({ steps: [{ data: chunks.text('The') }] });
    const input = [...conversation, trigger];
    const events = await readEvents(await service.post({ model: 'demo', stream: true, input }));
    expect(finalResponse(events)).toMatchObject({ status: 'failed', output: [] });
    service.backend.enqueue(jsonReply(429, { error: { message: 'slow' } }, { 'retry-after': '7' }));
    const refused = await service.post({ model: 'demo', stream: true, input });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('7');
  });
});
