import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseProfiles } from '../../src/responses/backend/profiles/read-profiles.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { instructModel, llamaServer, tellMissing } from './support/llama-files.js';
import { startLlamaServer, type LlamaServer } from './support/llama-server.js';

/** Puts a real llama-server with a real instruct model behind the proxy, which is told neither the engine nor what it can do. */
const isThere = llamaServer !== undefined && instructModel !== undefined;
if (!isThere) tellMissing('llama-server with an instruct model');

const run = promisify(execFile);
const probe = resolve(import.meta.dirname, '../../scripts/probe-backend.mjs');
const tools = [
  {
    type: 'function',
    name: 'get_weather',
    description: 'Tells the weather of a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];

interface Answer {
  output: { type: string; content: { text: string }[] }[];
  usage: { input_tokens: number };
}

(isThere ? describe : describe.skip)('a real instruct model', () => {
  let llama: LlamaServer;
  let proxy: StartedApp;
  beforeAll(async () => {
    llama = await startLlamaServer(llamaServer ?? '', instructModel);
    proxy = await startApp({ BACKEND_URL: llama.url, BACKEND_DIALECT: 'auto' });
    await proxy.provider('Backends').main.catalog.refresh();
  }, 60_000);
  afterAll(async () => {
    await proxy.close();
    await llama.close();
  });

  const ask = async (body: Record<string, unknown>): Promise<Answer> => {
    const reply = await fetch(`${proxy.url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'any', temperature: 0, max_output_tokens: 24, ...body }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(text);
    return JSON.parse(text) as Answer;
  };
  const textOf = ({ output }: Answer): string =>
    output.flatMap(({ content }) => content.map(({ text }) => text)).join('');

  it('is found by its model list and its /props', () => {
    const { dialects } = proxy.provider('Backends').main;
    expect(dialects.rulesOf('any')).toMatchObject({
      preset: 'llamacpp',
      server: expect.arrayContaining(['toolTelling', 'images']),
    });
    expect(dialects.forModel('any')).toMatchObject({ toolTelling: 'all_as_text', images: 'none' });
  });

  // A model of this size says little that is true, but it keeps to the subject.
  it('answers what it was asked', async () => {
    expect(textOf(await ask({ input: 'Tell me about Paris.' }))).toContain('Paris');
  });

  it('sees the turns before', async () => {
    const input = [
      { role: 'user', content: 'Tell me about Paris.' },
      { role: 'assistant', content: 'Paris is the capital of France.' },
      { role: 'user', content: 'Tell me more about it.' },
    ];
    expect(textOf(await ask({ input }))).toMatch(/Paris|France/);
  });

  it('is told tools, calls and their outputs as text, which its template does not show', async () => {
    const input = [
      { role: 'user', content: 'What is the weather in Oslo?' },
      {
        type: 'function_call',
        call_id: 'call_1',
        name: 'get_weather',
        arguments: '{"city":"Oslo"}',
      },
      { type: 'function_call_output', call_id: 'call_1', output: 'It is snowing in Oslo.' },
    ];
    const answer = await ask({ input, tools });
    expect(textOf(answer)).toMatch(/snow/i);
    const bare = await ask({ input: 'What is the weather in Oslo?', max_output_tokens: 1 });
    expect(answer.usage.input_tokens).toBeGreaterThan(bare.usage.input_tokens + 60);
  });

  it('has a profile that the probe prints', async () => {
    const options = ['--url', llama.url, '--model', 'smollm2'];
    const { stdout } = await run(process.execPath, [probe, ...options]);
    expect(parseProfiles(stdout).models[0]?.entry).toMatchObject({
      maxTokensField: 'max_tokens',
      includeUsage: true,
      toolTelling: 'all_as_text',
      images: 'none',
      contextWindow: 2048,
    });
    expect(stdout).toContain('# overflow: refused in words that the service knows');
  }, 120_000);
});
