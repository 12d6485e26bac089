import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { ResponseEvent } from '../../src/contracts/responses/events.js';
import {
  checkEvents,
  finalResponse,
  readError,
  readEvents,
  readResource,
} from '../support/checked-response.js';
import { executorOf, found, type Run } from '../support/fake-tool.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';
import { eventsOf, WebsocketClient } from '../support/websocket-client.js';

/** Tools that the service runs, over every transport. */
const chunks = new ChatChunks('demo');
const tools = [{ type: 'file_search', vector_store_ids: ['vs_1'] }] as never;
const own = { type: 'function', name: 'own', parameters: { type: 'object', properties: {} } };
let service: Service;
let client: OpenAI;
let run: Run;

beforeEach(async () => {
  service = await startService({ HEARTBEAT_SECS: '0.2' });
  run = (call) => Promise.resolve(found(call, `of ${call.arguments}`));
  service.proxy.provider('TOOL_EXECUTORS').push(executorOf((call, work) => run(call, work)));
  client = new OpenAI({ baseURL: service.baseURL, apiKey: TEST_KEY, maxRetries: 0 });
});
afterEach(async () => {
  await service.close();
});

const usage = {
  prompt_tokens: 10,
  completion_tokens: 3,
  total_tokens: 13,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 1 },
};

function searches(id: string, query: string): ReturnType<typeof streamOf> {
  return streamOf(
    chunks.reasoning('I must look.'),
    chunks.callStart(0, { id, name: 'file_search', arguments: `{"queries":["${query}"]}` }),
    chunks.finish('tool_calls'),
    chunks.usage(usage),
  );
}

function says(text: string): ReturnType<typeof streamOf> {
  return streamOf(chunks.text(text), chunks.finish('stop'), chunks.usage(usage));
}

function twoSearches(): void {
  service.backend.enqueue(searches('call_a', 'one'), searches('call_a', 'two'), says('Found.'));
}

const shapeOf = (events: readonly ResponseEvent[]): string[] =>
  events.filter(({ type }) => type !== 'response.in_progress').map(({ type }) => type);

function messagesOf(call: number): { role: string }[] {
  return (service.backend.calls[call]?.body as { messages: { role: string }[] }).messages;
}

describe('one response over several answers of the backend', () => {
  it('is the same with a stream, without one, over a WebSocket and in the background', async () => {
    const body = { model: 'demo', input: 'Look it up', tools };
    twoSearches();
    const events = await readEvents(await service.post({ ...body, stream: true }));
    const streamed = finalResponse(events);
    expect(streamed).toMatchObject({
      status: 'completed',
      usage: {
        input_tokens: 30,
        input_tokens_details: { cached_tokens: 12 },
        output_tokens: 9,
        output_tokens_details: { reasoning_tokens: 3 },
        total_tokens: 39,
      },
      output: [
        { type: 'reasoning' },
        { type: 'file_search_call', queries: ['one'], status: 'completed' },
        { type: 'reasoning' },
        { type: 'file_search_call', queries: ['two'], status: 'completed' },
        { type: 'message', content: [{ text: 'Found.' }] },
      ],
    });

    const bare = (output: readonly object[]): unknown[] =>
      output.map((item) => ({ ...item, id: '' }));
    twoSearches();
    const whole = await readResource(await service.post(body));
    expect(bare(whole.output)).toEqual(bare(streamed.output));

    twoSearches();
    const headers = { authorization: `Bearer ${TEST_KEY}` };
    const socket = await WebsocketClient.open(service.baseURL, { headers });
    const overSocket = checkEvents(eventsOf(await socket.ask(body)));
    socket.socket.terminate();
    expect(shapeOf(overSocket)).toEqual(shapeOf(events));
    expect(bare(finalResponse(overSocket).output)).toEqual(bare(streamed.output));

    twoSearches();
    let background = await client.responses.create({ ...body, background: true });
    expect(background.status).toBe('queued');
    for await (const event of await client.responses.retrieve(background.id, { stream: true })) {
      if ('response' in event) background = event.response;
    }
    expect(background.status).toBe('completed');
    expect(bare(background.output)).toEqual(bare(streamed.output));
  });

  it('each request to the backend begins with the bytes of the one before, the next response, too', async () => {
    twoSearches();
    const first = await client.responses.create({ model: 'demo', input: 'Look it up', tools });
    service.backend.enqueue(says('Again.'));
    const more = { model: 'demo', input: 'More', tools, previous_response_id: first.id };
    await client.responses.create(more);
    const sent = service.backend.calls.map((_, call) => messagesOf(call));
    expect(sent).toHaveLength(4);
    for (const [index, messages] of sent.slice(1).entries()) {
      expect(messages.slice(0, sent[index]?.length)).toEqual(sent[index]);
    }
    expect(sent[2]?.map(({ role }) => role)).toEqual([
      ...['user', 'assistant', 'tool', 'assistant', 'tool'],
    ]);
    expect(sent[2]?.[2]).toMatchObject({ content: 'a.md:\nof {"queries":["one"]}' });
  });

  it("ends with a client's call, which is answered in the next request", async () => {
    service.backend.enqueue(
      streamOf(
        chunks.callStart(0, { id: 'call_own', name: 'own', arguments: '{}' }),
        chunks.callStart(1, { id: 'c2', name: 'file_search', arguments: '{"queries":["x"]}' }),
        chunks.finish('tool_calls'),
      ),
    );
    const both = [...(tools as object[]), own] as never;
    const { output, id } = await client.responses.create({
      model: 'demo',
      input: 'Go',
      tools: both,
    });
    expect(output).toMatchObject([
      { type: 'function_call', call_id: 'call_own' },
      { type: 'file_search_call', status: 'completed' },
    ]);
    service.backend.enqueue(says('Done.'));
    const answer = { type: 'function_call_output', call_id: 'call_own', output: '1' } as const;
    const next = { model: 'demo', input: [answer], tools: both, previous_response_id: id };
    expect((await client.responses.create(next)).output_text).toBe('Done.');
    expect(messagesOf(1).map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool']);
  });

  it('a forced choice holds for the first answer, and max_tool_calls ends the calls', async () => {
    service.backend.enqueue(searches('a', '1'), searches('b', '2'), says('Enough.'));
    const asked = { model: 'demo', input: 'Go', tools, tool_choice: 'required', max_tool_calls: 2 };
    await readResource(await service.post(asked));
    const choices = service.backend.calls.map(
      ({ body }) => (body as { tool_choice: unknown }).tool_choice,
    );
    expect(choices).toEqual(['required', 'auto', 'none']);
  });

  it('a call whose arguments are no JSON fails: the model is told, and the response goes on', async () => {
    const name = 'file_search';
    const broken = chunks.callStart(0, { id: 'a', name, arguments: '{"queries": [fjords]}' });
    service.backend.enqueue(streamOf(broken, chunks.finish('tool_calls')), says('Done.'));
    const asked = { model: 'demo', input: 'Go', tools, stream: true };
    const { status, output } = finalResponse(await readEvents(await service.post(asked)));
    expect(status).toBe('completed');
    expect(output).toMatchObject([
      { type: 'file_search_call', status: 'failed' },
      { type: 'message', status: 'completed' },
    ]);
    const content = 'Error: The arguments are not valid JSON.';
    expect(messagesOf(1).at(-1)).toMatchObject({ role: 'tool', content });
  });

  it('a search of tools whose arguments are no JSON finds by their words', async () => {
    const name = 'tool_search';
    const broken = chunks.callStart(0, { id: 'a', name, arguments: '{"query": own}' });
    service.backend.enqueue(streamOf(broken, chunks.finish('tool_calls')), says('Done.'));
    const all = [{ type: name }, { ...own, defer_loading: true }];
    const asked = { model: 'demo', input: 'Go', tools: all };
    expect((await readResource(await service.post(asked))).output).toMatchObject([
      { type: 'tool_search_call', status: 'completed' },
      { type: 'tool_search_output', tools: [{ name: 'own' }] },
      { type: 'message' },
    ]);
  });

  it('max_output_tokens is that of the whole response', async () => {
    service.backend.enqueue(searches('a', '1'), searches('b', '2'));
    const asked = { model: 'demo', input: 'Go', tools, max_output_tokens: 5 };
    const response = await readResource(await service.post(asked));
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
    const limits = service.backend.calls.map(
      ({ body }) => (body as { max_tokens: unknown }).max_tokens,
    );
    expect(limits).toEqual([5, 2]);
  });
});

describe('when something goes wrong', () => {
  it('before the first word of the backend an error keeps its status, behind it the response fails', async () => {
    const body = { model: 'demo', input: 'Go', tools, stream: true };
    service.backend.enqueue(jsonReply(429, { error: { message: 'Slow down.' } }));
    const reply = await service.post(body);
    expect(reply.status).toBe(429);
    await readError(reply);

    service.backend.enqueue(
      searches('a', '1'),
      jsonReply(429, { error: { message: 'Slow down.' } }),
    );
    const failed = finalResponse(await readEvents(await service.post(body)));
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'rate_limit_exceeded' } });
    expect(failed.output).toMatchObject([{ type: 'reasoning' }, { type: 'file_search_call' }]);
  });

  it('in the background a tool goes on when the client that streams it leaves', async () => {
    service.backend.enqueue(searches('a', '1'), says('Found.'));
    let finish = (): void => undefined;
    let isAborted = false;
    run = (call, { signal }) =>
      new Promise((done) => {
        signal.addEventListener('abort', () => (isAborted = true));
        finish = () => {
          done(found(call, 'the text'));
        };
      });
    const body = { model: 'demo', input: 'Go', tools, background: true, stream: true } as const;
    let id = '';
    for await (const event of await client.responses.create(body)) {
      if ('response' in event) id = event.response.id;
      if (event.type === 'response.file_search_call.searching') break;
    }
    // It has left while the tool runs; another one follows from then on.
    const follower = await client.responses.retrieve(id, { stream: true, starting_after: 3 });
    finish();
    let last: ResponseEvent | undefined;
    for await (const event of follower) last = event as ResponseEvent;
    expect(isAborted).toBe(false);
    expect(finalResponse([last!])).toMatchObject({
      status: 'completed',
      output: [{}, { type: 'file_search_call', status: 'completed' }, { type: 'message' }],
    });
  });

  it('a client that leaves while a tool runs aborts it; while it waits it hears heartbeats', async () => {
    service.backend.enqueue(searches('a', '1'));
    const aborted = new Promise<void>((resolve) => {
      run = (call, { signal }) =>
        new Promise((done) => {
          signal.addEventListener('abort', () => {
            resolve();
            done(found(call, 'late'));
          });
        });
    });
    const controller = new AbortController();
    const { signal } = controller;
    const stream = await client.responses.create(
      { model: 'demo', input: 'Go', tools, stream: true },
      { signal },
    );
    let beats = 0;
    for await (const { type } of stream) {
      if (type === 'response.in_progress' && ++beats === 4) break;
    }
    controller.abort();
    await aborted;
    expect(service.backend.calls).toHaveLength(1);
  });
});

it('without a tool that is run here nothing is different', async () => {
  service.backend.enqueue(says('Hi.'));
  const types = await readEvents(
    await service.post({ model: 'demo', input: 'Hi', stream: true, tools: [own] }),
  );
  expect(finalResponse(types).output).toHaveLength(1);
});
