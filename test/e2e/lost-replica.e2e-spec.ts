import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { Response, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { postgresIsMissing, PostgresServer } from '../store/support/postgres-server.js';
import { RedisServer, redisIsMissing } from '../store/support/redis-server.js';
import { gatedAnswer } from '../support/live-streams.js';
import { ChatChunks, ScriptedBackend, streamOf } from '../support/scripted-backend.js';
import { SdkMcpServer } from '../support/sdk-mcp-server.js';
import { ServiceProcess } from '../support/start-process.js';

const model = 'demo';
const chunks = new ChatChunks(model);
const background = { model, input: 'Hi', background: true } as const;
/** This is promised; a lease of 30 seconds is missed within 10. Nothing shortens it for tests. */
const minuteMs = 60_000;
const never = new Promise<void>(() => undefined);

/** Holds what two processes need to share their state, with what puts it away. */
interface SharedState {
  url: string;
  remove: () => void | Promise<void>;
}

const technologies: Record<string, () => SharedState | Promise<SharedState>> = {
  sqlite: () => {
    const folder = mkdtempSync(join(tmpdir(), 'responses-lost-'));
    const remove = (): void => {
      rmSync(folder, { recursive: true, force: true });
    };
    return { url: `sqlite:${folder}/responses.db`, remove };
  },
  ...(redisIsMissing()
    ? {}
    : {
        redis: async () => {
          const redis = await RedisServer.start();
          return { url: redis.url, remove: () => redis.stop() };
        },
      }),
  ...(postgresIsMissing()
    ? {}
    : {
        postgres: async () => {
          const postgres = await PostgresServer.start();
          return { url: postgres.url, remove: () => postgres.stop() };
        },
      }),
};

function clientOf(service: ServiceProcess): OpenAI {
  return new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'sk-key-000000', maxRetries: 0 });
}

/** Resolves with the events to the last, and is `started` with the first delta. */
function collect(stream: AsyncIterable<ResponseStreamEvent>): {
  started: Promise<string>;
  events: Promise<ResponseStreamEvent[]>;
} {
  let start: (id: string) => void;
  const started = new Promise<string>((resolve) => (start = resolve));
  const read = async (): Promise<ResponseStreamEvent[]> => {
    const events: ResponseStreamEvent[] = [];
    let id = '';
    for await (const event of stream) {
      events.push(event);
      if ('response' in event) id = event.response.id;
      if (event.type === 'response.output_text.delta') start(id);
    }
    return events;
  };
  const events = read();
  // It is awaited later, if at all: the stream of a killed process breaks.
  events.catch(() => undefined);
  return { started, events };
}

async function untilOver(client: OpenAI, id: string): Promise<Response> {
  for (;;) {
    const response = await client.responses.retrieve(id);
    if (response.status !== 'in_progress') return response;
    await sleep(500);
  }
}

/** They run at the same time, since all only wait. */
it.concurrent.each(Object.keys(technologies))(
  'what a killed process left is failed by another within a minute, on %s',
  async (technology) => {
    const backend = await ScriptedBackend.start();
    const state = await technologies[technology]!();
    let run: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (run = resolve));
    const lab = await SdkMcpServer.start((server) => {
      server.registerTool('wait', {}, () => {
        run();
        return never.then(() => ({ content: [] }));
      });
    });
    const environment = {
      MCP_ALLOWED_HOSTS: '127.0.0.1',
      BACKEND_URL: backend.url,
      STORE_URL: state.url,
      STORE_SECRET: 'one secret for all replicas',
    };
    const doomed = ServiceProcess.start(environment);
    const survivor = ServiceProcess.start(environment);
    try {
      await Promise.all([doomed.listening(), survivor.listening()]);
      const one = clientOf(doomed);
      const other = clientOf(survivor);
      const done = await one.responses.create({ model, input: 'Hi' });
      backend.enqueue(...[1, 2, 3].map(() => gatedAnswer(never)));
      const { id } = await one.responses.create(background);
      const follower = collect(await other.responses.retrieve(id, { stream: true }));
      await follower.started;
      const streamed = collect(await one.responses.create({ model, input: 'Hi', stream: true }));
      const streamedId = await streamed.started;
      const own = collect(await other.responses.create({ ...background, stream: true }));
      const ownId = await own.started;

      const call = { id: 'c', name: 'lab__wait', arguments: '{}' };
      backend.enqueue(streamOf(chunks.callStart(0, call), chunks.finish('tool_calls')));
      const tools = [
        { type: 'mcp', server_label: 'lab', server_url: lab.url, require_approval: 'never' },
      ] as const;
      const { id: toolId } = await one.responses.create({ ...background, tools: [...tools] });
      await running;

      await doomed.kill();
      const killedAt = Date.now();
      expect((await other.responses.retrieve(id)).status).toBe('in_progress');
      const [events, response, foreground, withTool] = await Promise.all([
        follower.events,
        untilOver(other, id),
        untilOver(other, streamedId),
        untilOver(other, toolId),
      ]);
      expect(Date.now() - killedAt).toBeLessThan(minuteMs);

      const failed = { status: 'failed', error: { code: 'server_error' } };
      expect(response).toMatchObject(failed);
      expect(events.at(-1)).toMatchObject({ type: 'response.failed', response: { id, ...failed } });
      expect(events.map(({ sequence_number }) => sequence_number)).toEqual([...events.keys()]);
      expect(foreground).toMatchObject({ ...failed, store: true });
      expect(withTool).toMatchObject(failed);
      expect((await other.responses.retrieve(done.id)).output).toEqual(done.output);
      expect((await other.responses.retrieve(ownId)).status).toBe('in_progress');
    } finally {
      await Promise.all([doomed.kill(), survivor.kill()]);
      await backend.close();
      await lab.close();
      await state.remove();
    }
  },
  180_000,
);
