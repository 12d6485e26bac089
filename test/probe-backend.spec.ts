import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { BackendDialect } from '../src/responses/translator/dialect/dialect.js';
import { parseProfiles } from '../src/responses/backend/profiles/read-profiles.js';

/** Runs the probe against a backend with ways of its own: what it prints is a profile that the service reads. */

const run = promisify(execFile);
const script = resolve(import.meta.dirname, '../scripts/probe-backend.mjs');

async function probe(
  refuses: (body: string) => boolean,
  status = 400,
  props?: object,
  { overflow, context }: { overflow?: string; context?: string } = {},
): Promise<string> {
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.writeHead(props === undefined ? 404 : 200).end(JSON.stringify(props ?? {}));
      return;
    }
    void text(request).then((body) => {
      const isTooLong = overflow !== undefined && body.length > 1000 * 5;
      const isRefused = isTooLong || refuses(body);
      const refusal = JSON.stringify({ error: { message: isTooLong ? overflow : 'no' } });
      response.writeHead(isRefused ? status : 200, { 'content-type': 'application/json' });
      response.end(isRefused ? refusal : '{"reasoning_content":"hm"}');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  try {
    const url = `http://127.0.0.1:${port}/v1/chat/completions`;
    const { stdout } = await run(process.execPath, [
      ...[script, '--url', url, '--model', 'm/1'],
      ...(context === undefined ? [] : ['--context', context]),
    ]);
    return stdout;
  } finally {
    server.close();
  }
}

describe('the probe', () => {
  it('prints what an easy backend takes', async () => {
    const printed = await probe(() => false);
    expect(parseProfiles(printed).models[0]).toMatchObject({
      pattern: 'm/1',
      entry: { maxTokensField: 'max_tokens', toolChoice: 'named', responseFormat: 'json_schema' },
    });
    expect(printed).toContain('reasoningReplayField: "reasoning_content"');
  });

  it('prints the next best of what a strict one refuses', async () => {
    const words =
      /max_tokens|"developer"|"tool_choice":\{|json_object|"minimal"|xhigh|"max"|"name":"look_up","content|\$ref/;
    const { entry } = parseProfiles(await probe((body) => words.test(body))).models[0]!;
    expect(entry).toMatchObject({
      maxTokensField: 'max_completion_tokens',
      developerRole: 'system',
      toolChoice: 'words',
      responseFormat: 'json_schema_only',
      schemaDialect: 'inlined',
      effortMap: { minimal: 'low', xhigh: 'high', max: 'high', ultra: 'high' },
    });
  });

  it.each([
    [/reasoning_effort|no_such_field/, 'thinking'],
    [/reasoning_effort|no_such_field|"thinking"/, 'enable_thinking'],
    [/reasoning_effort|no_such_field|thinking"/, 'none'],
    [/reasoning_effort/, 'none'],
  ])('finds the switch of one that refuses %s: %s', async (refused, effortField) => {
    const { entry } = parseProfiles(await probe((body) => refused.test(body))).models[0]!;
    expect(entry).toMatchObject({ effortField });
  });

  it('prints what llama-server tells of its template', async () => {
    const props = {
      chat_template: 'x',
      chat_template_caps: { supports_tools: true, supports_parallel_tool_calls: false },
      modalities: { vision: false },
      default_generation_settings: { n_ctx: 8192 },
    };
    const { entry } = parseProfiles(await probe(() => false, 400, props)).models[0]!;
    expect(entry).toMatchObject({ oneCallPerTurn: true, images: 'none', contextWindow: 8192 });
  });

  it('reads in what words a conversation that is too long is refused', async () => {
    const words = (overflow?: string) =>
      probe(() => false, 400, undefined, { context: '1000', ...(overflow && { overflow }) });
    const unknown = await words('Das Gespräch hat 1314 Wörter (von 1000), zu viele.');
    const { entry } = parseProfiles(unknown).models[0]!;
    expect(entry.overflowPatterns).toEqual([
      'Das Gespräch hat \\d+ Wörter \\(von \\d+\\), zu viele\\.',
    ]);
    const known = await words("This model's maximum context length is 1000 tokens.");
    expect(known).toContain('# overflow: refused in words that the service knows');
    expect(await words()).toContain('# overflow: a conversation that is too long is cut');
    expect(await probe(() => false)).toContain('# overflow: the context is not known');
  });

  it.each<[name: string, refuses: RegExp, status: number, found: Partial<BackendDialect>]>([
    [
      'deepseek',
      /"json_schema"|"tool_choice":(?:"required"|\{)|"role":"developer"|parallel_tool_calls/,
      400,
      { responseFormat: 'json_object', toolChoice: 'auto', parallelToolCalls: false },
    ],
    [
      'mistral',
      /stream_options|max_completion_tokens|reasoning_effort|"thinking"|no_such_field|"tool"[^\]]*"user"/,
      422,
      { includeUsage: false, assistantAfterTool: true, effortField: 'enable_thinking' },
    ],
    [
      'lmstudio',
      /json_object|"tool_choice":\{|pattern/,
      400,
      { responseFormat: 'json_schema_only', toolChoice: 'words', schemaDialect: 'llamacpp' },
    ],
    ['gemini', /\$ref|oneOf|"const"/, 400, { schemaDialect: 'gemini', developerRole: 'developer' }],
    ['perplexity', /"role":"user"[^{]*\},\{"role":"user"/, 400, { mergeUserMessages: true }],
    ['cerebras', /"max_tokens"/, 400, { maxTokensField: 'max_completion_tokens' }],
  ])('finds what a backend with the ways of %s takes', async (_name, refuses, status, found) => {
    const printed = await probe((body) => refuses.test(body), status);
    expect(parseProfiles(printed).models[0]!.entry).toMatchObject(found);
  });

  it('says what it could not tell, and gives up where nothing is taken', async () => {
    expect(await probe((body) => body.includes('parallel'), 429)).toContain('# parallelToolCalls:');
    await expect(probe(() => true, 401)).rejects.toThrow('refuses the plainest question: 401');
  });
});
