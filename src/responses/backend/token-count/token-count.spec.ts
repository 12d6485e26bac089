import { describe, expect, it } from '@jest/globals';
import type { ResponsesRequest } from '../../../contracts/backend-request.js';
import type { ChatMessage, ChatRequest } from '../../../contracts/chat/request.js';
import type { BackendReply } from '../wire/backend-http.js';
import { countByInputTokens } from './count-by-input-tokens.js';
import { countByResponses } from './count-by-responses.js';
import { countByTokenize } from './count-by-tokenize.js';
import { holdsMedia, readCount } from './token-count-call.js';

const backendUrl = new URL('http://host:8000/x/v1/chat/completions');
const request: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', content: 'Hi' }],
  stream: true,
  stream_options: { include_usage: true },
  tools: [{ type: 'function', function: { name: 'paint' } }],
  temperature: 0.5,
  max_tokens: 10,
  reasoning_effort: 'low',
  chat_template_kwargs: { enable_thinking: false },
};
const image: ChatMessage = {
  role: 'user',
  content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }],
};
const withImage = { ...request, messages: [image] };

function reply(body: unknown, status = 200): BackendReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: {}, body: Buffer.from(text) };
}

/** Answers in order, and remembers what it was asked. */
function backend(...replies: BackendReply[]) {
  const asked: [path: string, body: object][] = [];
  const post = (url: URL, body: object) => {
    asked.push([url.pathname, body]);
    const next = replies.shift();
    return next === undefined ? Promise.reject(new Error('one too many')) : Promise.resolve(next);
  };
  return { asked, call: { backendUrl, post } };
}

describe('readCount', () => {
  it.each([0, 17, Number.MAX_SAFE_INTEGER])('reads %d', (count) => {
    expect(readCount(reply({ count }), 'count')).toBe(count);
  });

  it.each<[string, BackendReply]>([
    ['status 404', reply({ count: 1 }, 404)],
    ['status 201', reply({ count: 1 }, 201)],
    ['no JSON object', reply('<html>')],
    ['no JSON object', reply([1])],
    ['no JSON object', reply('null')],
    ['no number in count', reply({})],
    ['no number in count', reply({ count: '5' })],
    ['no number in count', reply({ count: -1 })],
    ['no number in count', reply({ count: 1.5 })],
    ['no number in count', reply({ count: [3, 4] })],
  ])('%s', (message, answer) => {
    expect(() => readCount(answer, 'count')).toThrow(message);
  });
});

describe('holdsMedia', () => {
  it('sees images and files, not parts of text', () => {
    expect(holdsMedia([image])).toBe(true);
    const text = { role: 'user', content: [{ type: 'text', text: 'Hi' }] } as const;
    expect(holdsMedia([{ ...text, content: [...text.content] }, ...request.messages])).toBe(false);
  });
});

describe('countByTokenize', () => {
  it('sends what shapes the prompt to the root of the server', async () => {
    const { asked, call } = backend(reply({ count: 12, max_model_len: 4096, tokens: [1, 2] }));
    expect(await countByTokenize(request, call)).toBe(12);
    const { model, messages, tools, reasoning_effort, chat_template_kwargs } = request;
    const sent = { model, messages, tools, reasoning_effort, chat_template_kwargs };
    expect(asked).toEqual([['/x/tokenize', { ...sent, add_generation_prompt: true }]]);
  });

  it('does not ask about images', async () => {
    const { asked, call } = backend();
    expect(await countByTokenize(withImage, call)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('countByResponses', () => {
  const asked: ResponsesRequest = { model: 'm', input: [], stream: true, store: false };

  it.each([
    ['backend', { 'x-input-tokens': 'backend' }],
    ['backend', {}],
    ['estimate', { 'x-input-tokens': 'estimate' }],
  ])('says who counted: %s by %j', async (countedBy, headers) => {
    const { call } = backend({ ...reply({ input_tokens: 12 }), headers });
    expect(await countByResponses(asked, call)).toEqual({ tokens: 12, countedBy });
  });
});

describe('countByInputTokens', () => {
  it('sends the chat request as it is, images too', async () => {
    const { asked, call } = backend(reply({ input_tokens: 900, object: 'response.input_tokens' }));
    expect(await countByInputTokens(withImage, call)).toBe(900);
    expect(asked).toEqual([['/x/v1/chat/completions/input_tokens', withImage]]);
  });

  it('asks an old build for the prompt, and counts that', async () => {
    const missing = reply({ error: { code: 404, message: 'File Not Found' } }, 404);
    const { asked, call } = backend(
      missing,
      reply({ prompt: '<s>Hi' }),
      reply({ tokens: [1, 5, 7] }),
    );
    expect(await countByInputTokens(request, call)).toBe(3);
    const content = { model: 'm', content: '<s>Hi', add_special: true, parse_special: true };
    expect(asked.slice(1)).toEqual([
      ['/x/apply-template', request],
      ['/x/tokenize', content],
    ]);
  });

  it('does not have an old build count images', async () => {
    const { asked, call } = backend(reply({}, 404));
    expect(await countByInputTokens(withImage, call)).toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  it.each<[string, BackendReply[]]>([
    ['status 500', [reply({}, 500)]],
    ['no number in input_tokens', [reply({})]],
    ['status 404', [reply({}, 404), reply({}, 404)]],
    ['no text in prompt', [reply({}, 404), reply({ prompt: [1] })]],
    ['no list in tokens', [reply({}, 404), reply({ prompt: 'x' }), reply({ tokens: 3 })]],
  ])('%s', async (message, replies) => {
    await expect(countByInputTokens(request, backend(...replies).call)).rejects.toThrow(message);
  });
});
