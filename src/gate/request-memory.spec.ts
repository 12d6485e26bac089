import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { expect, it } from '@jest/globals';
import { readEnvironment } from '../config/read-environment.js';
import { toSettings } from '../config/to-settings.js';
import { LoadMetrics } from '../metrics/load.metrics.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { MemoryBudget } from './memory-budget.service.js';
import type { MemoryHold } from './memory-hold.js';
import { noteAnswer, openMemory } from './request-memory.js';

/** It is more than the operating system takes for a client that reads nothing. */
const answer = Buffer.alloc(32 * 1024 * 1024, 'x');

it('cuts an answer of which nothing is taken, and releases what it held', async () => {
  const settings = toSettings(readEnvironment({ MAX_MEMORY_MB: '100' }));
  const budget = new MemoryBudget(settings, new LoadMetrics(new MetricsService()));
  const server = fastify();
  server.decorateRequest('caller', 'a');
  openMemory(server, budget);
  let hold: MemoryHold | undefined;
  server.get('/', (request, reply) => {
    hold = request.memory;
    noteAnswer(reply, answer.length, 100);
    reply.hijack();
    reply.raw.end(answer);
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  client.on('error', () => undefined);
  client.pause();
  try {
    const begun = once(server.server, 'request');
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await begun;
    expect(hold?.held).toBe(answer.length);
    await new Promise<void>((resolve) => hold?.onRelease(resolve));
    expect(budget.isFullFor('a', 100 * 1024 * 1024)).toBe(false);
  } finally {
    client.destroy();
    await server.close();
  }
});
