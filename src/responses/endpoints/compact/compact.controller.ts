import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { Owners } from '../../../store/owners.service.js';
import { responseCall } from '../../pipeline/call/response-call.js';
import { ResponseSender } from '../../delivery/response-sender.service.js';
import { CompactionService } from './compaction.service.js';

@Controller('v1/responses/compact')
export class CompactController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly owners: Owners,
    private readonly compaction: CompactionService,
    private readonly sender: ResponseSender,
  ) {}

  /** Answers 200 with a `response.compaction`: the input to go on with, which is the user's latest messages and the summary. */
  @Post()
  @HttpCode(200)
  async compact(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const call = responseCall(request, request.outcome, this.settings);
    const owner = this.owners.of(request);
    const prepared = await this.compaction.prepare(body, call, owner, request.memory);
    const response = await this.sender.collect(prepared, call, reply);
    this.sender.sendJson(this.compaction.toResource(prepared, response), prepared, reply);
  }
}
