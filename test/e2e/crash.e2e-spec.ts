import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ResponseResource } from '../../src/contracts/responses/response.js';
import { ScriptedChatServer, type ReceivedRequest } from '../../src/demo/scripted-chat-server.js';
import { askUntilGone, type SeenResponse } from '../support/crash-clients.js';
import { ChatChunks, type Script } from '../support/scripted-backend.js';
import { ServiceProcess } from '../support/start-process.js';

const kills = 50;
/** The slow ones are mostly in the middle of an answer, the fast ones near a write. */
const clients = ['slow', 'fast'].flatMap((pace) => [
  { name: `${pace} stream`, stream: true },
  { name: `${pace} JSON`, stream: false },
]);
const pieces = Array.from({ length: 6 }, (_, number) => `${number}`.repeat(400));
const chunks = new ChatChunks('demo');

function echo({ body }: ReceivedRequest): Script {
  const { messages } = body as { messages: { content: string }[] };
  const input = messages.at(-1)!.content;
  const pause = input.startsWith('slow') ? [{ waitMs: 10 }] : [];
  const texts = [`You said: ${input}.`, ...pieces];
  const steps = texts.flatMap((text) => [...pause, { data: chunks.text(text) }]);
  return {
    steps: [...steps, { data: chunks.finish('stop') }, { write: 'data: [DONE]\n\n' }],
  };
}

function textOf({ output }: ResponseResource): string {
  const texts = output.flatMap((item) => (item.type === 'message' ? item.content : []));
  return texts.map((part) => (part.type === 'output_text' ? part.text : '')).join('');
}

describe('the service on sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'responses-crash-'));
  const path = join(folder, 'responses.db');
  let backend: ScriptedChatServer;
  let service: ServiceProcess;

  beforeEach(async () => {
    backend = await ScriptedChatServer.start(echo);
  });
  afterEach(async () => {
    await service.kill();
    await backend.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    service = ServiceProcess.start({
      BACKEND_URL: backend.chatUrl,
      STORE_URL: `sqlite:${path}`,
      STORE_SECRET: 'the same after each start',
      LOG_LEVEL: 'info',
    });
    await service.listening();
  }

  /** Puts it under load and kills it somewhere behind some answers, however fast the machine is. */
  async function killUnderLoad(round: number): Promise<SeenResponse[]> {
    let missing = 4 + ((round * 7) % 11);
    let enough: () => void;
    const answered = new Promise<void>((resolve) => (enough = resolve));
    const onDone = (): void => {
      missing -= 1;
      if (missing === 0) enough();
    };
    const asked = Promise.all(
      clients.map(({ name, stream }) =>
        askUntilGone(service.url, { name: `${name}, round ${round}`, stream, onDone }),
      ),
    );
    await Promise.race([answered, asked]);
    await Promise.race([sleep((round * 37) % 60), asked]);
    await service.kill();
    return (await asked).flat();
  }

  async function check({ id, input, acknowledged }: SeenResponse): Promise<void> {
    const reply = await fetch(`${service.url}/v1/responses/${id}`);
    const found = (await reply.json()) as ResponseResource;
    if (acknowledged === undefined) {
      // It was cut off in the middle, or done with nobody left to hear of it.
      expect(found.status).toMatch(/^(in_progress|failed|completed)$/);
      return;
    }
    expect(found).toEqual(acknowledged);
    expect(found).toMatchObject({ status: 'completed', store: true });
    expect(textOf(found)).toBe([`You said: ${input}.`, ...pieces].join(''));
  }

  it(`finds every acknowledged response after kill -9 under load, ${kills} times`, async () => {
    const seen: SeenResponse[] = [];
    await start();
    for (let round = 0; round < kills; round += 1) {
      const latest = await killUnderLoad(round);
      seen.push(...latest);
      await start();
      for (const response of latest) await check(response);
    }
    // Later crashes may have changed what was there, so all is checked again.
    for (const response of seen) await check(response);
    const acknowledged = seen.filter((response) => response.acknowledged !== undefined);
    expect(acknowledged.length).toBeGreaterThan(kills * 4);

    await service.kill();
    const database = new DatabaseSync(path);
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  }, 600_000);
});
