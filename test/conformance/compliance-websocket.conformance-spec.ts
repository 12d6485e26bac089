import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkEvents, finalResponse } from '../support/checked-response.js';
import { schemaViolations } from '../support/open-responses-schema.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';
import { errorOf, eventsOf, WebsocketClient } from '../support/websocket-client.js';

/** Runs the WebSocket and compact cases of the Open Responses compliance suite, with its own requests. */
let service: Service;
let client: WebsocketClient;
const headers = { authorization: `Bearer ${TEST_KEY}` };

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());
beforeEach(async () => {
  client = await WebsocketClient.open(service.baseURL, { headers });
});
afterEach(() => client.close());

const user = (words: string) => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text: words }],
});

async function completed(body: object, on = client) {
  const response = finalResponse(checkEvents(eventsOf(await on.ask(body))));
  expect(response.status).toBe('completed');
  return response;
}

const compact = (body: object) =>
  fetch(`${service.baseURL}/responses/compact`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('websocket', () => {
  it('websocket-response', async () => {
    await completed({ input: [user('Count from 1 to 3.')] });
  });

  it('websocket-sequential-responses', async () => {
    await completed({ input: 'Say one.', store: false });
    await completed({ input: 'Say two.', store: false });
  });

  it('websocket-continuation', async () => {
    const { id } = await completed({ input: 'My code is 42.', store: false });
    await completed({ input: 'What is my code?', previous_response_id: id, store: false });
    expect(service.backend.lastCall.body).toMatchObject({
      messages: [
        { role: 'user', content: 'My code is 42.' },
        { role: 'assistant' },
        { role: 'user', content: 'What is my code?' },
      ],
    });
  });

  it('websocket-reconnect-store-false-recovery', async () => {
    const { id } = await completed({ input: 'Hi', store: false });
    await client.close();
    client = await WebsocketClient.open(service.baseURL, { headers });
    const refused = await client.ask({ input: 'Go on.', previous_response_id: id, store: false });
    expect(errorOf(refused).error.code).toBe('previous_response_not_found');
    await completed({ input: 'Begin again.', store: false });
  });

  it('websocket-previous-response-not-found', async () => {
    const previous_response_id = 'resp_openresponses_missing_1';
    const messages = await client.ask({ input: 'Hi', previous_response_id, store: false });
    const error = errorOf(messages);
    expect(error).toMatchObject({ status: 400, error: { code: 'previous_response_not_found' } });
    expect(schemaViolations('WebSocketErrorEvent', error)).toEqual([]);
  });

  it('websocket-failed-continuation-evicts-cache', async () => {
    const { id } = await completed({ input: 'Hi', store: false });
    const output = {
      type: 'function_call_output',
      call_id: 'call_openresponses_missing',
      output: 'x',
    };
    const failed = await client.ask({ input: [output], previous_response_id: id, store: false });
    expect(errorOf(failed).status).toBe(400);
    const again = await client.ask({ input: 'Hi', previous_response_id: id, store: false });
    expect(errorOf(again).error.code).toBe('previous_response_not_found');
  });

  it('websocket-compact-new-chain', async () => {
    const reply = await compact({
      model: 'demo',
      input: [
        user('Remember 42.'),
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'I will.' }],
        },
        user('Thanks.'),
      ],
    });
    expect(reply.status).toBe(200);
    const { output } = (await reply.json()) as { output: object[] };
    await completed({ input: [...output, user('What was it?')], tools: [], store: false });
  });
});

describe('compact', () => {
  it('compact-response', async () => {
    const reply = await compact({
      model: 'demo',
      prompt_cache_key: 'compliance',
      input: [user('Hi'), { type: 'message', role: 'assistant', content: 'Hello' }],
    });
    expect(reply.status).toBe(200);
    const body = (await reply.json()) as { object: string; usage: unknown; output: object[] };
    expect(schemaViolations('CompactResource', body)).toEqual([]);
    expect(body).toMatchObject({
      object: 'response.compaction',
      usage: { input_tokens: expect.any(Number) },
    });
    expect(body.output).toContainEqual(expect.objectContaining({ type: 'compaction' }));
  });

  it('compact-missing-model', async () => {
    expect((await compact({ input: [user('Hi')] })).status).toBe(400);
  });
});
