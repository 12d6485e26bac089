import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { Owners } from '../../../store/owners.service.js';
import { responseCall } from '../../pipeline/call/response-call.js';
import { CreateResponse } from './create-response.service.js';

@Controller('v1/responses')
export class ResponsesController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly owners: Owners,
    private readonly creation: CreateResponse,
  ) {}

  /** Answers 200 with `application/json`, or with `text/event-stream` when `stream` is true; it is queued when `background` is. */
  @Post()
  @HttpCode(200)
  async create(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const call = responseCall(request, request.outcome, this.settings);
    await this.creation.create(body, call, this.owners.of(request), reply);
  }
}
