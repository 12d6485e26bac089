import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UnauthorizedException } from '@nestjs/common';
import type { EnvironmentError } from '../../src/config/read-environment.js';
import { definePlugin, type CallerIdentity, type CallerRequest } from '../../src/index.js';
import { Backends } from '../../src/responses/backend/routes/backends.service.js';
import { finalResponse, readError } from '../support/checked-response.js';
import { ChatChunks, jsonReply, ScriptedBackend, streamOf } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { startService } from '../support/start-service.js';
import { errorOf, eventsOf, WebsocketClient } from '../support/websocket-client.js';

/** A plugin is a file that PLUGINS names, and adds to the service without a build. */

const folder = mkdtempSync(join(tmpdir(), 'plugins-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function pluginFile(name: string, text: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return path;
}

const sql = `
  class SqlTool {
    toolType = 'acme:sql';
    declare({ database }) {
      const parameters = { type: 'object', properties: { sql: { type: 'string' } } };
      return [{ identity: { type: 'function', name: 'query_' + database }, function: { name: 'query_' + database, parameters } }];
    }
  }
  export default {
    name: 'acme',
    toolAdapters: [SqlTool],
    dialects: [{ name: 'acme', base: 'vllm', maxTokensField: 'max_completion_tokens' }],
    stores: [{ schemes: ['acme'], open: async ({ settings }) => { throw new Error('opened ' + settings.url); } }],
    families: [{ name: 'acme-thinker', pattern: /^acme-thinker/, source: 'the team', model: { images: 'none' } }],
  };
`;

describe('PLUGINS', () => {
  it('adds tools, dialects and families', async () => {
    const path = pluginFile('acme', sql);
    const service = await startService({ PLUGINS: path, BACKEND_DIALECT: 'acme' });
    try {
      const chunks = new ChatChunks('demo');
      service.backend.enqueue(streamOf(chunks.text('Hi'), chunks.finish('stop')));
      const image = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' };
      const reply = await service.post({
        model: 'acme-thinker-7b',
        input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }, image] }],
        max_output_tokens: 50,
        tools: [{ type: 'acme:sql', database: 'sales' }],
      });
      expect(reply.status).toBe(200);
      expect(reply.headers.get('x-responses-warnings')).toContain('image');
      expect(service.backend.lastCall.body).toMatchObject({
        max_completion_tokens: 50,
        tools: [{ function: { name: 'query_sales' } }],
      });
    } finally {
      await service.close();
    }
  });

  it('adds tools that the service runs', async () => {
    const path = pluginFile(
      'executor',
      `
      const adapter = {
        toolType: 'file_search',
        itemIdPrefix: 'fs',
        runsHere: true,
        declare: () => [
          { identity: { type: 'file_search', name: 'file_search' }, function: { name: 'file_search' } },
        ],
        openCall: ({ itemId }) => ({
          item: (status) => ({ type: 'file_search_call', id: itemId, queries: [], results: null, status }),
          push: () => [],
          finish: () => [],
        }),
      };
      const run = async ({ item, arguments: given }) => ({
        item: { ...item, status: 'completed' },
        output: { text: 'found for ' + given, attachments: [] },
      });
      export default {
        name: 'index',
        toolExecutors: [{ toolTypes: ['file_search'], open: () => ({ adapters: [adapter], run }) }],
      };
    `,
    );
    const service = await startService({ PLUGINS: path });
    try {
      const chunks = new ChatChunks('demo');
      const call = { id: 'c', name: 'file_search', arguments: '{"queries":["x"]}' };
      service.backend.enqueue(
        streamOf(chunks.callStart(0, call), chunks.finish('tool_calls')),
        streamOf(chunks.text('It is there.'), chunks.finish('stop')),
      );
      const tools = [{ type: 'file_search', vector_store_ids: ['vs'] }];
      const reply = await service.post({ model: 'demo', input: 'Look', tools });
      const { output } = (await reply.json()) as { output: unknown[] };
      expect(output).toMatchObject([
        { type: 'file_search_call', status: 'completed' },
        { type: 'message', content: [{ text: 'It is there.' }] },
      ]);
      expect(service.backend.lastCall.body).toMatchObject({
        messages: [{}, {}, { role: 'tool', content: 'found for {"queries":["x"]}' }],
      });
    } finally {
      await service.close();
    }
  });

  it('opens a store of its own, and knows no other', async () => {
    const path = pluginFile('store', sql);
    const start = (url: string) => startApp({ PLUGINS: path, STORE_URL: url });
    await expect(start('acme://house/db')).rejects.toThrow('opened acme://house/db');
    await expect(start('other://house/db')).rejects.toThrow(
      'STORE_URL must begin with one of: acme:',
    );
  });

  it('has one part of a kind, and no setting that nobody asks', async () => {
    const one = pluginFile(
      'one',
      'export default { name: "one", caller: { identify: () => ({ id: "x" }) } };',
    );
    const two = pluginFile(
      'two',
      'export default { name: "two", caller: { identify: () => ({ id: "y" }) } };',
    );
    const started = startApp({ PLUGINS: `${one},${two}`, PROXY_API_KEYS: 'key-0123456789abcdef' });
    await expect(started).rejects.toMatchObject({
      problems: [
        'PLUGINS several have a caller: one, two',
        'PROXY_API_KEYS is asked by nobody, since the plugin one has a caller',
      ],
    });
  });

  it('stops the start with all that is wrong, by its file', async () => {
    const paths = [
      join(folder, 'missing.mjs'),
      pluginFile('empty', 'export const x = 1;'),
      pluginFile('broken', 'throw new Error("no licence");'),
      pluginFile('typo', 'export default { name: "typo", toolAdaptors: [] };'),
      pluginFile('number', 'export default 7;'),
      pluginFile('dialect', 'export default { dialects: [{ name: "acme", maxTokenField: "x" }] };'),
    ];
    const environment = { PLUGINS: paths.join(','), BACKEND_DIALECT: 'acme' };
    const error = await startApp(environment).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const { name, problems } = error as EnvironmentError;
    expect(name).toBe('EnvironmentError');
    expect(problems.map((problem) => /([a-z]+)\.mjs: (.{0,25})/.exec(problem)?.slice(1))).toEqual([
      undefined,
      ['broken', 'no licence'],
      ['dialect', expect.stringContaining('plugin ')],
      ['empty', 'it has no default export'],
      ['missing', expect.stringMatching(/Cannot find/i)],
      ['number', 'its default export is nei'],
      ['typo', 'it has unknown fields: to'],
    ]);
    expect(problems[0]).toContain('BACKEND_DIALECT');
  });
});

describe('the caller of a plugin', () => {
  let backend: ScriptedBackend;
  let proxy: StartedApp;
  let identity: CallerIdentity | undefined;
  let asked: CallerRequest[];

  beforeEach(async () => {
    backend = await ScriptedBackend.start();
    const profiles = join(folder, 'profiles.json');
    writeFileSync(profiles, JSON.stringify({ models: { large: {}, profiled: {} } }));
    const entries = ['small', 'Large'].map((id) => ({ id, object: 'model', owned_by: 'house' }));
    backend.onModels = () => jsonReply(200, { object: 'list', data: entries });
    asked = [];
    const caller = {
      identify: (request: CallerRequest) => {
        asked.push(request);
        if (identity === undefined) throw new UnauthorizedException('You have left.');
        return Promise.resolve(identity);
      },
    };
    const environment = { BACKEND_URL: backend.url, BACKEND_PROFILES: profiles };
    proxy = await startApp(environment, [], [definePlugin({ name: 'team', caller })]);
    await proxy.app.get(Backends, { strict: false }).refreshModels();
  });

  afterEach(async () => {
    await proxy.close();
    await backend.close();
  });

  it('is asked again at every turn of a WebSocket, with the headers of its handshake', async () => {
    identity = { id: 'ada', models: ['small'] };
    const headers = { 'x-team-token': 'token-of-ada' };
    const client = await WebsocketClient.open(`${proxy.url}/v1`, { headers });
    const turn = { model: 'small', input: 'Hi' };
    const { id } = finalResponse(eventsOf(await client.ask(turn)));
    expect(asked).toHaveLength(2);

    identity = { id: 'ada', models: ['large'] };
    expect(errorOf(await client.ask(turn))).toMatchObject({
      status: 404,
      error: { code: 'model_not_found' },
    });
    identity = undefined;
    expect(errorOf(await client.ask(turn))).toMatchObject({
      status: 401,
      error: { message: 'You have left.' },
    });
    expect(backend.calls).toHaveLength(1);

    identity = { id: 'ada' };
    const further = { ...turn, previous_response_id: id };
    expect(finalResponse(eventsOf(await client.ask(further))).status).toBe('completed');
    expect(asked.map((request) => request.headers['x-team-token'])).toEqual(
      Array(5).fill('token-of-ada'),
    );
    client.socket.terminate();
  });

  it('has some models alone, which are all that it is shown', async () => {
    identity = { id: 'ada', models: ['large', 'elsewhere'] };
    const get = (path: string) => fetch(`${proxy.url}/v1/models${path}`);
    for (const query of ['', '?limit=9']) {
      const { data } = (await (await get(query)).json()) as { data: unknown[] };
      // It stands there by the name with which it may be asked for.
      expect(data).toEqual([{ id: 'large', object: 'model', created: 0, owned_by: 'house' }]);
    }
    expect(await (await get('/large')).json()).toMatchObject({ id: 'large', owned_by: 'house' });
    const codex = await (await get('?client_version=1')).json();
    expect(codex).toMatchObject({ data: [{ id: 'large' }], models: [{ slug: 'large' }] });
    for (const id of ['small', 'profiled', 'nothing']) {
      const reply = await get(`/${id}`);
      expect(reply.status).toBe(404);
      const error = await readError(reply);
      expect(error).toMatchObject({ code: 'model_not_found', param: 'model' });
      expect(error.message).toBe(`Model '${id}' not found.\n\nAvailable models:\n  • large`);
    }
    backend.enqueue(jsonReply(404, { error: { message: 'No such model.' } }));
    const refused = await fetch(`${proxy.url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'elsewhere', input: 'Hi' }),
    });
    expect(refused.status).toBe(404);
    expect((await readError(refused)).message).not.toContain('small');

    identity = { id: 'ada' };
    expect(await (await get('/small')).text()).toContain('small');
    expect(await (await get('')).text()).toContain('small');
  });
});
