import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readError, readResource } from '../support/checked-response.js';
import { jsonReply } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

/** Shows which model is asked, and with whose key. */
let service: Service;
beforeAll(async () => {
  service = await startService();
  await service.proxy.provider('Backends').refreshModels();
});
afterAll(() => service.close());

describe('the model', () => {
  it.each(['demo/demo-reasoner', 'DEMO/DEMO-REASONER', 'demo/Demo-Reasoner'])(
    '%s is sent as the backend spells it',
    async (model) => {
      const response = await readResource(await service.post({ model, input: 'Hi' }));
      expect(service.backend.lastCall.body).toMatchObject({ model: 'demo/Demo-Reasoner' });
      expect(response.model).toBe('demo/Demo-Reasoner');
    },
  );

  it.each([false, true])('a 404 lists the models that there are, stream: %s', async (stream) => {
    service.backend.enqueue(jsonReply(404, { error: { message: 'no such model' } }));
    const reply = await service.post({ model: 'gpt-99', input: 'Hi', stream });
    expect(reply.status).toBe(404);
    const error = await readError(reply);
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model' });
    expect(error.message).toContain("Model 'gpt-99' not found.");
    expect(error.message).toContain('• demo/Demo-Reasoner (input $0.0000, output $0.0000');
  });

  it('a name in other letters is corrected, with a warning', async () => {
    const reply = await service.post({ model: 'DEMO/demo-REASONER', input: 'Hi' });
    expect(reply.headers.get('x-responses-warnings')).toContain('"code":"model_renamed"');
    expect(await readResource(reply)).toMatchObject({ model: 'demo/Demo-Reasoner' });
    expect(service.backend.lastCall.body).toMatchObject({ model: 'demo/Demo-Reasoner' });
  });

  it('a 404 for a model that is listed is something else', async () => {
    service.backend.enqueue(jsonReply(404, { error: { message: 'Not here.' } }));
    const reply = await service.post({ model: 'demo', input: 'Hi' });
    expect(await readError(reply)).toMatchObject({ code: 'not_found', message: 'Not here.' });
  });
});

describe('the key', () => {
  const ask = async (headers: Record<string, string>) => {
    const reply = await fetch(`${service.baseURL}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'demo', input: 'Hi' }),
    });
    await readResource(reply);
    return service.backend.lastCall.headers;
  };

  it.each<[string, Record<string, string>, string | undefined]>([
    ['Authorization: Bearer', { authorization: 'Bearer key-1' }, 'Bearer key-1'],
    ['authorization: bearer', { authorization: 'bearer key-1' }, 'Bearer key-1'],
    ['x-api-key', { 'x-api-key': 'key-2' }, 'Bearer key-2'],
    ['both', { authorization: 'Bearer key-1', 'x-api-key': 'key-2' }, 'Bearer key-1'],
    ['none, to an open backend next door', {}, undefined],
  ])('%s', async (_name, headers, sent) => {
    const received = await ask(headers);
    expect(received.authorization).toBe(sent);
    expect(received).not.toHaveProperty('x-api-key');
  });

  it('is demanded for a backend on the internet', async () => {
    const remote = await startService({
      BACKEND_URL: 'https://llm.example.com/v1/chat/completions',
    });
    const reply = await fetch(`${remote.baseURL}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'demo', input: 'Hi' }),
    });
    expect(reply.status).toBe(401);
    expect(await readError(reply)).toMatchObject({ code: 'missing_api_key' });
    await remote.close();
  });

  it('travels with the headers that are allowed, and no others', async () => {
    const forwarding = await startService({ FORWARD_HEADERS: 'X-Tenant' });
    const headers = { 'x-tenant': 'a', 'x-other': 'b', cookie: 'c=d' };
    await readResource(await forwarding.post({ model: 'demo', input: 'Hi' }, { headers }));
    const received = forwarding.backend.lastCall.headers;
    expect(received['x-tenant']).toBe('a');
    expect(received).not.toHaveProperty('x-other');
    expect(received).not.toHaveProperty('cookie');
    await forwarding.close();
  });
});
