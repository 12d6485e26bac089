import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asRecord } from '../common/json.js';
import { InspectorAccess } from './access/inspector-access.service.js';

/** Opens and ends a session of the inspector. */
@Controller('inspector/api/session')
export class SessionController {
  constructor(private readonly access: InspectorAccess) {}

  @Post()
  @HttpCode(204)
  logIn(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    void reply.header('set-cookie', this.access.logIn(asRecord(body)?.key, request));
  }

  @Post('end')
  @HttpCode(204)
  logOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.header('set-cookie', this.access.logOut(request));
  }
}
