import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { responseCall } from './response-call.js';
import { ResponsesService } from './responses.service.js';
import { ResponseSender } from './streaming/response-sender.service.js';

@Controller('v1/responses')
export class ResponsesController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly responses: ResponsesService,
    private readonly sender: ResponseSender,
  ) {}

  /** 200 with `application/json`, or with `text/event-stream` when `stream` is true. */
  @Post()
  @HttpCode(200)
  async create(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const call = responseCall(request.headers, request.outcome, this.settings);
    await this.sender.send(this.responses.prepare(body, call), call, reply);
  }
}
