import { fastifyCors, type FastifyCorsOptions } from '@fastify/cors';
import { fastifyRateLimit } from '@fastify/rate-limit';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { OWN_CALLER } from '../common/caller.port.js';
import { COUNTED_BY } from '../common/counted-by.js';
import { LoadMetrics } from '../metrics/load.metrics.js';
import { AdmissionService } from './admission.service.js';
import { boundPieces } from './body-pieces.js';
import { countsForCaller, isApiRoute } from './api-route.js';
import { Callers } from './callers.service.js';
import { DrainService } from './drain.service.js';
import { MemoryBudget } from './memory-budget.service.js';
import { openMemory, reserveMemory } from './request-memory.js';
import { refuseBrowser } from './browser-guard.js';
import { workOneAtATime } from './one-at-a-time.js';
import { rateLimitOptions } from './rate-limit.js';
import { addSecurityHeaders } from '../common/security-headers.js';

/**
 * Adds what every request passes before its body is read, in this order: its turn on its connection, security headers, the guard
 * against web pages, CORS (so that errors have its headers too), then for the API: shutdown, key, load, memory, limits of its caller, rate limit. It is called
 * before the routes exist.
 */
export async function addGate(server: FastifyInstance, app: INestApplication): Promise<void> {
  const settings = app.get<Settings>(SETTINGS);
  const { access } = settings;
  const admission = app.get(AdmissionService);
  const callers = app.get(Callers);
  const drain = app.get(DrainService);
  const memory = app.get(MemoryBudget);
  const metrics = app.get(LoadMetrics, { strict: false });
  workOneAtATime(server);
  callers.addTo(server);
  openMemory(server, memory);
  boundPieces(server, settings.limits.bodyBytes);
  addSecurityHeaders(server);
  server.addHook('onRequest', (request, _reply, done) => {
    done(refuseBrowser(request, settings));
  });
  if (access.corsOrigins.length > 0) {
    await server.register(fastifyCors, corsOptions(access.corsOrigins));
  }
  server.addHook('onRequest', (request, reply, done) => {
    if (drain.isDraining) void reply.header('connection', 'close');
    if (!isApiRoute(request)) {
      done();
      return;
    }
    const refusal = admission.refusal(request);
    if (refusal === undefined) reply.raw.once('close', drain.track());
    done(refusal);
  });
  server.addHook('onRequest', (request, _reply, done) => {
    const refusal = reserveMemory(request, memory, settings);
    if (refusal !== undefined) metrics.requestRefused('memory');
    done(refusal);
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (request.identity?.account === undefined || !countsForCaller(request)) done();
    else
      void admission.checkLimits(request, reply).then(() => {
        done();
      }, done);
  });
  const [ownCaller] = app.get<readonly unknown[]>(OWN_CALLER, { strict: false });
  if (access.requestsPerMinute > 0 || ownCaller !== undefined) {
    await server.register(fastifyRateLimit, rateLimitOptions(settings, metrics));
  }
}

function corsOptions(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'POST', 'DELETE'],
    // Without a list a preflight gets back whatever headers it asks for: SDKs send many of their own.
    exposedHeaders: [
      ...['x-request-id', 'retry-after', 'x-responses-warnings', COUNTED_BY],
      ...['limit', 'remaining', 'reset'].flatMap((what) => [
        `x-ratelimit-${what}-requests`,
        `x-ratelimit-${what}-tokens`,
      ]),
    ],
    maxAge: 86_400,
  };
}
