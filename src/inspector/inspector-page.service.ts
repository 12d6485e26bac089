import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { toApiError } from '../common/to-api-error.js';
import { InspectorAccess } from './access/inspector-access.service.js';

/** `npm run build` puts the page beside this file. */
const PAGE = fileURLToPath(new URL('./page', import.meta.url));

/** The page loads its own files and data, and nothing from anywhere else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

/** Serves the page at `/inspector/`. */
@Injectable()
export class InspectorPage implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly access: InspectorAccess,
  ) {}

  onModuleInit(): void {
    // Run from its sources, the service has no page, and its data alone.
    if (!existsSync(PAGE)) return;
    this.host.httpAdapter.getInstance<FastifyInstance>().register(async (scope) => {
      const { fastifyStatic } = await import('@fastify/static');
      scope.addHook('onRequest', (request, reply, done) => {
        void reply.headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache' });
        done(this.access.refusalOfPage(request));
      });
      scope.setErrorHandler((error, request, reply) => {
        const refusal = toApiError(error, request);
        return reply.status(refusal.status).send(refusal.toBody());
      });
      // The place is told from here, so that it holds below the prefix of an application, too.
      scope.get('/inspector', (_request, reply) => reply.redirect('inspector/', 302));
      await scope.register(fastifyStatic, {
        root: PAGE,
        prefix: '/inspector/',
        wildcard: false,
        cacheControl: false,
      });
    });
  }
}
