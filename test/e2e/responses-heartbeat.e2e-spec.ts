import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { finalResponse, readError, readEvents, readResource } from '../support/checked-response.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

/** Puts the service before a backend that thinks for long: the stream opens without it and shows that it is alive. */
// A busy machine may be late with a beat; a heart that does not beat fails each time.
jest.retryTimes(3);

const chunks = new ChatChunks('demo');
const request = { model: 'demo', input: 'Hi', stream: true };
const refusal = () => ({
  ...jsonReply(429, { error: { message: 'Slow down' } }, { 'retry-after': '9' }),
  delayMs: 400,
});

describe('with a short grace time', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ STREAM_OPEN_AFTER_SECS: '0.05', HEARTBEAT_SECS: '0.05' });
  });
  afterAll(() => service.close());

  it('opens early and repeats in_progress until the backend speaks', async () => {
    const answer = streamOf(chunks.text('Hello'), chunks.finish('stop'));
    service.backend.enqueue({ ...answer, delayMs: 400 });
    const reply = await service.post(request);
    const types = (await readEvents(reply)).map((event) => event.type);
    expect(types.slice(0, 4)).toEqual([
      'response.created',
      'response.in_progress',
      'response.in_progress',
      'response.in_progress',
    ]);
    expect(types.at(-1)).toBe('response.completed');
  });

  it('repeats it in the middle of an answer too', async () => {
    service.backend.enqueue({
      steps: [
        { data: chunks.text('Hel') },
        { waitMs: 300 },
        ...streamOf(chunks.text('lo'), chunks.finish('stop')).steps,
      ],
    });
    const events = await readEvents(await service.post(request));
    const types = events.map((event) => event.type);
    const first = types.indexOf('response.output_text.delta');
    const second = types.lastIndexOf('response.output_text.delta');
    const between = types.slice(first + 1, second);
    expect(between.length).toBeGreaterThanOrEqual(2);
    expect(new Set(between)).toEqual(new Set(['response.in_progress']));
  });

  it('turns a refusal that comes after it into response.failed', async () => {
    service.backend.enqueue(refusal());
    const reply = await service.post(request);
    expect(reply.status).toBe(200);
    expect(finalResponse(await readEvents(reply)).error).toEqual({
      code: 'rate_limit_exceeded',
      message: expect.stringContaining('Slow down'),
    });
  });

  it('leaves a quick refusal its status', async () => {
    service.backend.enqueue(jsonReply(429, { error: { message: 'Slow down' } }));
    const reply = await service.post(request);
    expect(reply.status).toBe(429);
    await readError(reply);
  });

  it('leaves a late refusal its status for a client that does not stream', async () => {
    service.backend.enqueue(refusal());
    const reply = await service.post({ ...request, stream: false });
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toBe('9');
    await readError(reply);
  });

  it('does not wait for a beat at the end of an answer', async () => {
    const reply = await service.post({ ...request, stream: false });
    expect((await readResource(reply)).status).toBe('completed');
  });
});

it('0 waits for the backend, and repeats nothing', async () => {
  const service = await startService({ STREAM_OPEN_AFTER_SECS: '0', HEARTBEAT_SECS: '0' });
  service.backend.enqueue(refusal());
  const refused = await service.post(request);
  expect(refused.status).toBe(429);
  await readError(refused);
  service.backend.enqueue({
    steps: [{ data: chunks.text('a') }, { waitMs: 150 }, ...streamOf(chunks.finish('stop')).steps],
  });
  const events = await readEvents(await service.post(request));
  expect(events.filter((event) => event.type === 'response.in_progress')).toHaveLength(1);
  await service.close();
});
