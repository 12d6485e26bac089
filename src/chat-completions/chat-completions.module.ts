import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { BackendModule } from '../responses/backend/backend.module.js';
import { ResponsesModule } from '../responses/responses.module.js';
import { Relay } from './relay.service.js';
import { ResponsesPassthrough } from './responses-passthrough.service.js';
import { ChatPassthroughService } from './chat-passthrough.service.js';

/**
 * Serves chat clients beside Responses clients, under one base URL. It is a plain Fastify route in a scope of its own instead of
 * a controller: only there can one route take its body as bytes, unparsed, while all the others parse JSON.
 */
@Module({
  imports: [BackendModule, ResponsesModule],
  providers: [Relay, ChatPassthroughService, ResponsesPassthrough],
})
export class ChatCompletionsModule implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly passthrough: ChatPassthroughService,
    private readonly responses: ResponsesPassthrough,
  ) {}

  onModuleInit(): void {
    const server = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('preHandler', async (request, reply) => {
      if (request.bodyBytes === undefined) return;
      await this.responses.forward(request, reply);
      delete request.bodyBytes;
    });
    // It is not awaited, since the scope is to be loaded after Nest has set its error handler, so that it inherits it.
    void server.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => {
        parsed(null, body);
      });
      scope.post('/v1/chat/completions', (request, reply) =>
        this.passthrough.forward(request, reply),
      );
      done();
    });
  }
}
