import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { revoke, rotateKey } from '../../src/callers/edit-callers-file.js';
import { CallersFileFixture } from '../support/callers-file.js';
import { readError } from '../support/checked-response.js';
import { gatedAnswer } from '../support/live-streams.js';
import { jsonReply } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';
import { errorOf, WebsocketClient } from '../support/websocket-client.js';

const file = new CallersFileFixture();
let keyOfA = file.add('team-a');
const keyOfB = file.add('team-b', { models: ['small-*', 'other'] });
const expired = file.add('gone', { expires: '2026-01-01' });
const asWritten = file.text;
const ask = { model: 'small-1', input: 'Hi' };

let service: Service;
beforeAll(async () => {
  service = await startService({
    CALLERS_FILE: file.path,
    PROXY_API_KEYS: 'key-of-nobody-in-the-file',
    BACKEND_API_KEY: 'operator-key-0123456789',
  });
  const models = ['small-1', 'Small-2', 'large', 'other'].map((id) => ({ id, object: 'model' }));
  service.backend.onModels = () => jsonReply(200, { object: 'list', data: models });
  await service.proxy.provider('Backends').refreshModels();
});
afterAll(async () => {
  await service.close();
  file.remove();
});
const reload = () => service.proxy.provider('CallersWatch').reload();
afterEach(async () => {
  file.write(asWritten);
  await reload();
});

const clientWith = (apiKey: string) =>
  new OpenAI({ baseURL: service.baseURL, apiKey, maxRetries: 0 });
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

it('lets its callers in, beside PROXY_API_KEYS, and calls the backend with the operator’s key alone', async () => {
  for (const key of [keyOfA, keyOfB, 'key-of-nobody-in-the-file']) {
    await clientWith(key).responses.create(ask);
    expect(service.backend.lastCall.headers.authorization).toBe('Bearer operator-key-0123456789');
    expect(JSON.stringify(service.backend.lastCall)).not.toContain(key);
  }
  expect(
    (await service.post(ask, { headers: { 'x-api-key': keyOfA, authorization: '' } })).ok,
  ).toBe(true);
  const logged = JSON.stringify(service.proxy.logs());
  for (const key of [keyOfA, keyOfB]) expect(logged).not.toContain(key);
});

it.each([
  ['an unknown key', () => bearer('sk-proxy-unknown'), '', 'Incorrect API key provided.'],
  ['a key with more behind it', () => bearer(`${keyOfA}x`), '', 'Incorrect API key provided.'],
  ['the hash of a key', () => bearer(/sha256: (\w+)/.exec(file.text)?.[1] ?? ''), '', 'Incorrect'],
  ['the name of a caller', () => bearer('caller team-a'), '', 'Incorrect'],
  ['a key that has expired', () => bearer(expired), '', 'The API key has expired.'],
  [
    'a key in the query',
    () => ({ authorization: '' }),
    '?api_key=KEY&key=KEY',
    'No API key given.',
  ],
])('refuses %s', async (_name, headers, query, message) => {
  const path = `${service.baseURL}/models${query.replaceAll('KEY', keyOfA)}`;
  const reply = await fetch(path, { headers: headers() });
  expect(reply.status).toBe(401);
  const error = await readError(reply);
  expect(error.message).toContain(message);
  expect(error.type).toBe('authentication_error');
});

it('shows a caller its models, by pattern too, and answers no other', async () => {
  const client = clientWith(keyOfB);
  const { data } = await client.models.list();
  expect(data.map(({ id }) => id)).toEqual(['small-1', 'Small-2', 'other']);
  expect((await client.models.retrieve('small-1')).id).toBe('small-1');
  await expect(client.models.retrieve('large')).rejects.toMatchObject({ status: 404 });
  const codex = await fetch(`${service.baseURL}/models?client_version=1`, {
    headers: bearer(keyOfB),
  });
  expect(await codex.text()).not.toContain('large');
  await client.responses.create({ ...ask, model: 'SMALL-2' });
  const refused = { status: 404, code: 'model_not_found' };
  await expect(client.responses.create({ ...ask, model: 'large' })).rejects.toMatchObject(refused);
  await clientWith(keyOfA).responses.create({ ...ask, model: 'large' });
});

it.each([
  '{"model":"large","messages":[]}',
  '{"messages":[{"role":"user","content":"","model":"small-1"}],"model":"large"}',
  '{"model":"small-1","messages":[],"model":"large"}',
  '{"model":"small-1","messages":[],"mod\\u0065l":"large"}',
  '{"messages":[]}',
  'no json, "model":"small-1"',
])('a chat body cannot name another model beside its own: %s', async (body) => {
  const before = service.backend.calls.length;
  const headers = { ...bearer(keyOfB), 'content-type': 'application/json' };
  const reply = await fetch(`${service.baseURL}/chat/completions`, {
    method: 'POST',
    headers,
    body,
  });
  expect(reply.status).toBe(404);
  expect(service.backend.calls).toHaveLength(before);
});

it('a chat body that names a model twice goes on with the one that was checked', async () => {
  const body = '{"model":"large","messages":[{"role":"user","content":"Hi"}],"model":"small-1"}';
  const headers = { ...bearer(keyOfB), 'content-type': 'application/json' };
  await fetch(`${service.baseURL}/chat/completions`, { method: 'POST', headers, body });
  expect(JSON.stringify(service.backend.lastCall.body)).not.toContain('large');
});

it('keeps what callers store apart, and for who rotates its key', async () => {
  const { id } = await clientWith(keyOfA).responses.create(ask);
  await expect(clientWith(keyOfB).responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  const before = keyOfA;
  const rotated = rotateKey(file.text, 'team-a', 0, new Date());
  file.write(rotated.text);
  await reload();
  expect((await clientWith(rotated.key).responses.retrieve(id)).id).toBe(id);
  await expect(clientWith(before).responses.retrieve(id)).rejects.toMatchObject({ status: 401 });

  // Another caller of the same name is another one.
  file.write(revoke(file.text, 'team-a', undefined));
  keyOfA = file.add('team-a');
  await reload();
  await expect(clientWith(keyOfA).responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  keyOfA = before;
});

it('a revoked key ends nothing that runs, and is refused at the next turn of its WebSocket', async () => {
  const socket = await WebsocketClient.open(service.baseURL, { headers: bearer(keyOfA) });
  await socket.ask(ask);
  let release = (): void => undefined;
  service.backend.enqueue(gatedAnswer(new Promise<void>((open) => (release = open))));
  const stream = await clientWith(keyOfA).responses.create({ ...ask, stream: true });
  let text = '';
  for await (const event of stream) {
    if (event.type !== 'response.output_text.delta') continue;
    text += event.delta;
    if (event.delta !== 'one') continue;
    file.write(revoke(file.text, 'team-a', undefined));
    await reload();
    release();
  }
  expect(text).toBe('one two');
  expect(errorOf(await socket.ask(ask))).toMatchObject({
    status: 401,
    error: { code: 'invalid_api_key' },
  });
  socket.socket.terminate();
});

it('sees a changed file by itself, and says of a broken one what is wrong with it', async () => {
  file.write('callers: { team-a: { keys: no } }');
  const { problems } = await service.proxy.nextLog(({ msg }) => msg === 'callers_not_reloaded');
  expect(problems).toEqual([expect.stringMatching(/team-a\.keys must be array/)]);
  const refused = async () => (await fetch(`${service.proxy.url}/metrics`)).text();
  expect(await refused()).toContain('responses_proxy_callers_file_refused 1');
  await clientWith(keyOfA).responses.create(ask);
  file.write('callers: {}');
  const reloads = service.proxy.logs().filter(({ msg }) => msg === 'callers_reloaded');
  await service.proxy.nextLog(
    (line) => line.msg === 'callers_reloaded' && !reloads.some(({ time }) => time === line.time),
  );
  expect(await refused()).toContain('responses_proxy_callers_file_refused 0');
  await expect(clientWith(keyOfA).responses.create(ask)).rejects.toMatchObject({ status: 401 });
});
