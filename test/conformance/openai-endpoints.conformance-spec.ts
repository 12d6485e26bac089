import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { checkedFetch } from '../support/checked-response.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Runs the `openai` package on images, and on the other endpoints of the same base URL. */
let service: Service;
let client: OpenAI;
const checked = checkedFetch();

beforeAll(async () => {
  service = await startService();
  client = new OpenAI({
    baseURL: service.baseURL,
    apiKey: TEST_KEY,
    fetch: checked.fetch,
    maxRetries: 0,
  });
});
afterEach(() => checked.settled());
afterAll(() => service.close());

describe('images', () => {
  it.each(['https://example.com/a.png', 'data:image/png;base64,aGk='])(
    '%s reaches the backend',
    async (url) => {
      const response = await client.responses.create({
        model: 'demo',
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: 'What is it?' },
              { type: 'input_image', image_url: url, detail: 'low' },
            ],
          },
        ],
      });
      expect(response.output_text).toContain('1 image');
      expect(service.backend.lastCall.body).toMatchObject({
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is it?' },
              { type: 'image_url', image_url: { url, detail: 'low' } },
            ],
          },
        ],
      });
    },
  );
});

describe('the other endpoints of the same base URL', () => {
  it('lists and retrieves models', async () => {
    const models = await client.models.list();
    expect(models.data.map((model) => model.id)).toContain('demo');
    const one = await client.models.retrieve('demo/Demo-Reasoner');
    expect(one.id).toBe('demo/Demo-Reasoner');
  });

  it('passes chat completions through, streamed and whole', async () => {
    const request = { model: 'demo', messages: [{ role: 'user', content: 'Hi' } as const] };
    const whole = await client.chat.completions.create(request);
    let streamed = '';
    for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) {
      streamed += chunk.choices[0]?.delta.content ?? '';
    }
    expect(whole.choices[0]?.message.content).toContain('You said: Hi');
    expect(streamed).toBe(whole.choices[0]?.message.content);
  });
});
