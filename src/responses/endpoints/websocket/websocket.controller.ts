import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { upgradeRequired } from '../../../common/error-table.js';
import { WebsocketServer } from './websocket.server.js';

/** The WebSocket side of /v1/responses. Whatever guards HTTP requests has let the upgrade through before. */
@Controller('v1/responses')
export class WebsocketController {
  constructor(private readonly server: WebsocketServer) {}

  /** 101 for an upgrade, 426 for a plain GET. */
  @Get()
  upgrade(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (this.server.accept(request, reply)) return;
    void reply.headers({ upgrade: 'websocket', connection: 'Upgrade' });
    throw upgradeRequired();
  }
}
