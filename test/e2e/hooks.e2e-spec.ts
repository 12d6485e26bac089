import { afterEach, describe, expect, it } from '@jest/globals';
import { ForbiddenException } from '@nestjs/common';
import {
  AnswerStopped,
  definePlugin,
  type HookContext,
  type ResponseEnd,
  type ResponseEvent,
  type ResponseHook,
} from '../../src/index.js';
import { finalResponse, readEvents, readResource } from '../support/checked-response.js';
import { itOverOneHop } from '../support/over-hops.js';
import { ChatChunks, ScriptedBackend, streamOf, type Script } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';

/** Hooks stand in the way of a response, and everything that a client sees of it stays right. */

const chunks = new ChatChunks('demo');
const tool = { type: 'function', name: 'run', parameters: {}, strict: null };
const says = (...texts: string[]): Script =>
  streamOf(chunks.role(), ...texts.map((text) => chunks.text(text)), chunks.finish('stop'));
const call = chunks.choice({
  tool_calls: [
    {
      index: 0,
      id: 'call_1',
      type: 'function',
      function: { name: 'run', arguments: '{"cmd":"rm"}' },
    },
  ],
});

function throws(error: Error): () => never {
  return () => {
    throw error;
  };
}

describe('hooks', () => {
  let app: StartedApp | undefined;
  let backend: ScriptedBackend | undefined;

  afterEach(async () => {
    await app?.close();
    await backend?.close();
    app = backend = undefined;
  });

  async function start(
    hooks: ResponseHook[],
    scripts: readonly Script[],
    environment: Record<string, string> = {},
  ): Promise<void> {
    backend = await ScriptedBackend.start();
    backend.enqueue(...scripts);
    const plugins = [definePlugin({ name: 'team', hooks })];
    app = await startApp({ BACKEND_URL: backend.url, ...environment }, [], plugins);
  }

  const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-test-hooks-key' };
  const post = (body: object): Promise<Response> =>
    fetch(`${app?.url ?? ''}/v1/responses`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model: 'demo', input: 'Hi', ...body }),
    });

  const upperCase: ResponseHook = {
    onEvents: (events) =>
      events.map((event) =>
        event.type === 'response.output_text.delta'
          ? { ...event, delta: event.delta.toUpperCase() }
          : event,
      ),
  };

  it('a changed text is the same in every event, in the JSON and in the store', async () => {
    await start([upperCase], [says('Hel', 'lo.'), says('Hel', 'lo.')]);
    const events = await readEvents(await post({ stream: true }));
    const { id, output } = finalResponse(events);
    expect(output).toMatchObject([{ content: [{ text: 'HELLO.' }] }]);
    expect(JSON.stringify(events)).not.toContain('ello');
    expect((await readResource(await post({}))).output).toMatchObject([
      { content: [{ text: 'HELLO.' }] },
    ]);
    const stored = await fetch(`${app?.url ?? ''}/v1/responses/${id}`, { headers });
    expect(await stored.text()).toContain('HELLO.');
  });

  it('text may be held back until later, also by a promise', async () => {
    const held = new WeakMap<HookContext, ResponseEvent[]>();
    const told = new WeakSet<HookContext>();
    const holding: ResponseHook = {
      onEvents: async (events, context) => {
        const kept = [...(held.get(context) ?? []), ...events];
        await Promise.resolve();
        if (kept.some(({ type }) => type === 'response.output_text.done')) told.add(context);
        held.set(context, told.has(context) ? [] : kept);
        return told.has(context) ? kept : [];
      },
    };
    await start([holding], [says('one ', 'two ', 'three')]);
    const events = await readEvents(await post({ stream: true }));
    expect(finalResponse(events).output).toMatchObject([{ content: [{ text: 'one two three' }] }]);
  });

  const stopsAt = (word: string, error: Error): ResponseHook => ({
    onEvents: (events) => {
      if (JSON.stringify(events).includes(word)) throw error;
      return events;
    },
  });

  it.each([
    ['while it goes on', [chunks.text('secret.')], [chunks.finish('stop')]],
    ['with its last batch', [chunks.text('secret.'), chunks.finish('stop')], []],
  ])('a guardrail stops an answer %s: what was refused is nowhere', async (_when, now, later) => {
    const steps = [
      { data: chunks.role() },
      { data: chunks.text('The code is ') },
      { waitMs: 100 },
      ...now.map((data) => ({ data })),
      { waitMs: 100 },
      ...later.map((data) => ({ data })),
    ];
    await start([stopsAt('secret', new AnswerStopped())], [{ steps }]);
    const events = await readEvents(await post({ stream: true }));
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(finalResponse(events)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'content_filter' },
      output: [{ content: [{ text: 'The code is ' }] }],
    });
  });

  it('a call that a hook refused never runs', async () => {
    await start(
      [stopsAt('cmd', new ForbiddenException('No.'))],
      [streamOf(call, chunks.finish('tool_calls'))],
    );
    const reply = await post({ tools: [tool] });
    expect(reply.status).toBe(403);
    expect(await reply.text()).toContain('No.');
  });

  it('nor does it where the answer has begun', async () => {
    await start(
      [stopsAt('cmd', new ForbiddenException('No.'))],
      [
        {
          steps: [
            { data: chunks.text('I will. ') },
            { waitMs: 100 },
            { data: call },
            { data: chunks.finish('tool_calls') },
          ],
        },
      ],
    );
    const events = await readEvents(await post({ stream: true, tools: [tool] }));
    expect(events.map(({ type }) => type)).not.toContain('response.function_call_arguments.done');
    const { status, error, output } = finalResponse(events);
    expect([status, error?.message]).toEqual(['failed', 'No.']);
    expect(JSON.stringify(output)).not.toContain('function_call');
    await app?.nextLog((line) => line.responseStatus === 'failed');
  });

  itOverOneHop('requests are changed on their way, in the order of the hooks', async () => {
    const tag = (order: number, name: string): ResponseHook => ({
      order,
      beforeTranslate: (request) => ({
        ...request,
        instructions: `${request.instructions ?? ''}${name}`,
      }),
      beforeBackend: (request) =>
        Promise.resolve({ ...request, seed: `${String(request.seed)}${name}` }),
    });
    await start([tag(2, 'b'), tag(1, 'a')], [says('Hi')]);
    await readResource(await post({}));
    expect(backend?.lastCall.body).toMatchObject({
      seed: 'undefinedab',
      messages: [{ content: 'ab' }, {}],
    });
  });

  it.each<[string, () => Promise<void>, number, string]>([
    ['an exception of Nest', throws(new ForbiddenException('Over budget.')), 403, 'Over budget.'],
    ['a fault of the hook', throws(new TypeError('oops')), 500, 'The proxy failed'],
    ['a hook that hangs', () => new Promise(() => undefined), 500, 'The proxy failed'],
  ])('%s has its status, and no call is made', async (_name, beforeTranslate, status, message) => {
    await start([{ beforeTranslate }], [], { HOOK_TIMEOUT_SECS: '0.2' });
    const reply = await post({ stream: true });
    expect(reply.status).toBe(status);
    const text = await reply.text();
    expect(text).toContain(message);
    expect(text).not.toContain('oops');
    expect(backend?.calls).toHaveLength(0);
  });

  it('the end is told with its usage, and nobody waits for who counts', async () => {
    const ends: [ResponseEnd, HookContext][] = [];
    const billing: ResponseHook = {
      afterResponse: (end, context) => {
        ends.push([end, context]);
        throw new Error('the till is broken');
      },
    };
    await start([billing], [says('Hi')]);
    const { id } = await readResource(await post({}));
    const [told] = ends;
    expect(told?.[0].response).toMatchObject({ id, usage: { total_tokens: expect.any(Number) } });
    expect(told?.[1]).toMatchObject({ model: 'demo', background: false });
    expect(JSON.stringify(told?.[1])).not.toContain('sk-test');
  });
});
