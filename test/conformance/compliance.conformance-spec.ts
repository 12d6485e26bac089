import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  checkEvents,
  finalResponse,
  readEvents,
  readResource,
} from '../support/checked-response.js';
import { postRaw } from '../support/raw-http.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { parseEventStream, parseFrame, splitFrames } from '../../src/testing/sse-text.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/**
 * Runs the HTTP cases of the Open Responses compliance suite, and what a strict reader needs beyond them. Those of the WebSocket
 * and of compact are in compliance-websocket.
 */
let service: Service;
const chunks = new ChatChunks('demo');
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const message = (role: string, content: unknown, more: object = {}) => ({
  type: 'message',
  role,
  content,
  ...more,
});
const user = (content: unknown) => message('user', content);

const getWeather = {
  type: 'function',
  name: 'get_weather',
  description: 'Get the current weather for a location',
  parameters: {
    type: 'object',
    properties: {
      location: { type: 'string', description: 'The city and state, e.g. San Francisco, CA' },
    },
    required: ['location'],
  },
};
const askWeather = {
  model: 'demo',
  input: [user("What's the weather like in San Francisco?")],
  tools: [getWeather],
};
const onePixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('cases that must complete', () => {
  it.each<[string, unknown[]]>([
    ['basic-response', [user('Say hello in exactly 3 words.')]],
    [
      'assistant-phase',
      [
        message('assistant', 'Let me look that up.', { phase: 'commentary' }),
        message('assistant', 'It is Paris.', { phase: 'final_answer' }),
        user('What was my question?'),
      ],
    ],
    [
      'system-prompt',
      [message('system', 'You are a pirate. Always respond in pirate speak.'), user('Say hello.')],
    ],
    [
      'image-input',
      [
        user([
          { type: 'input_text', text: 'What do you see in this image? Answer in one sentence.' },
          { type: 'input_image', image_url: onePixel },
        ]),
      ],
    ],
    [
      'multi-turn',
      [
        user('My name is Alice.'),
        message('assistant', 'Hello Alice! Nice to meet you. How can I help you today?'),
        user('What is my name?'),
      ],
    ],
    [
      'function-call-roundtrip',
      [
        user("What's the weather like in San Francisco?"),
        {
          type: 'function_call',
          call_id: 'call_1',
          name: 'get_weather',
          arguments: '{"location":"San Francisco, CA"}',
        },
        { type: 'function_call_output', call_id: 'call_1', output: '{"temperature":"18C"}' },
      ],
    ],
  ])('%s', async (_id, input) => {
    const response = await readResource(await service.post({ model: 'demo', input }));
    expect(response.status).toBe('completed');
    expect(response.output.length).toBeGreaterThan(0);
  });

  it('file-input', async () => {
    const pdf = {
      type: 'input_file',
      filename: 'a.pdf',
      file_data: 'data:application/pdf;base64,JVBERi0xLjQK',
    };
    const able = await startService({ BACKEND_DIALECT: 'openai' });
    const input = [user([{ type: 'input_text', text: 'What is in it?' }, pdf])];
    const response = await readResource(await able.post({ model: 'demo', input }));
    expect(response.status).toBe('completed');
    await able.close();
  });

  it('tool-calling', async () => {
    const response = await readResource(await service.post(askWeather));
    expect(response.output.map((item) => item.type)).toContain('function_call');
  });
});

describe('cases that stream', () => {
  it('streaming-response', async () => {
    const input = [user('Count from 1 to 5.')];
    const events = await readEvents(await service.post({ model: 'demo', input, stream: true }));
    expect(finalResponse(events).status).toBe('completed');
  });

  it('tool-calling-streaming', async () => {
    const events = await readEvents(await service.post({ ...askWeather, stream: true }));
    const calls = events.filter((event) => 'item' in event && event.item.type === 'function_call');
    expect(calls.map((event) => event.type)).toEqual([
      'response.output_item.added',
      'response.output_item.done',
    ]);
    const types = events.map((event) => event.type);
    expect(types).toContain('response.function_call_arguments.delta');
    expect(types).toContain('response.function_call_arguments.done');
  });

  it('all at once, as the suite sends them', async () => {
    const replies = await Promise.all(
      Array.from({ length: 17 }, (_, index) => service.post({ ...askWeather, stream: index > 8 })),
    );
    await Promise.all(replies.slice(0, 9).map(readResource));
    await Promise.all(replies.slice(9).map(readEvents));
  });
});

describe('on the wire', () => {
  /** Reads as the suite's own reader does, which forgets everything at every network chunk. */
  function forgetfulReader(writes: readonly string[]) {
    return writes.flatMap((write) =>
      write
        .split('\n\n')
        .slice(0, -1)
        .filter((frame) => frame !== 'data: [DONE]')
        .map(parseFrame),
    );
  }

  const request = { model: 'demo', input: [user('Count from 1 to 5.')], stream: true };
  const headers = { Authorization: `Bearer ${TEST_KEY}` };

  it.each([
    ['tokens that come one by one', { splitBytes: undefined, waitMs: 60 }],
    ['a backend whose writes are cut anywhere', { splitBytes: 7, waitMs: 0 }],
    ['a backend that sends all at once', { splitBytes: undefined, waitMs: 0 }],
  ])('every write holds whole frames: %s', async (_name, { splitBytes, waitMs }) => {
    const words = 'One, two, thrée, 四, five 🙂.'.split(' ');
    const script = streamOf(...words.map((word) => chunks.text(`${word} `)), chunks.finish('stop'));
    const steps = [...script.steps].flatMap((step) => (waitMs > 0 ? [{ waitMs }, step] : [step]));
    service.backend.enqueue({ steps, ...(splitBytes === undefined ? {} : { splitBytes }) });
    const { head, writes } = await postRaw(`${service.baseURL}/responses`, {
      body: request,
      headers,
    });
    expect(head).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(head).toMatch(/^content-type: text\/event-stream; charset=utf-8$/im);
    expect(head).toMatch(/^cache-control: no-cache, no-transform$/im);
    expect(head).toMatch(/^x-accel-buffering: no$/im);
    // The client asked for it, since one who reads to the end of the connection would wait for ever.
    expect(head).toMatch(/^connection: close$/im);
    for (const write of writes) splitFrames(write);
    const events = checkEvents(forgetfulReader(writes));
    expect(events).toEqual(parseEventStream(writes.join('')));
    expect(writes.at(-1)).toMatch(/(?:^|\n\n)data: \[DONE\]\n\n$/);
    // A service that is busy for a moment writes what came meanwhile at once, and never all of it.
    expect(writes.length).toBeGreaterThanOrEqual(waitMs > 0 ? words.length / 2 : 1);
  });
});
