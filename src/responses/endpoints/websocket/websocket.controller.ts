import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { upgradeRequired } from '../../../common/error-table.js';
import { WebsocketServer } from './websocket.server.js';

/** Serves the WebSocket side of /v1/responses. Whatever guards HTTP requests has let the upgrade through before. */
@Controller('v1/responses')
export class WebsocketController {
  constructor(private readonly server: WebsocketServer) {}

  /** Answers an upgrade with 101, a plain GET with 426. */
  @Get()
  upgrade(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (this.server.accept(request, reply)) return;
    void reply.headers({ upgrade: 'websocket', connection: 'Upgrade' });
    throw upgradeRequired();
  }
}
