import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Owners } from '../../store/owners.service.js';
import { responseCall } from '../response-call.js';
import { ResponsesService } from '../responses.service.js';
import { estimateTokens } from './estimate-tokens.js';
import { RequestStateService } from './request-state.service.js';

@Controller('v1/responses/input_tokens')
export class InputTokensController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly owners: Owners,
    private readonly states: RequestStateService,
    private readonly responses: ResponsesService,
  ) {}

  /** An estimate, and the header `x-input-tokens: estimate` says so. The backend is not called. */
  @Post()
  @HttpCode(200)
  async count(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ object: 'response.input_tokens'; input_tokens: number }> {
    const call = responseCall(request.headers, request.outcome, this.settings);
    const { body: resolved, history } = await this.states.open(
      body,
      this.owners.of(request.headers),
    );
    const { translation } = this.responses.prepare(resolved, { ...call, history });
    void reply.header('x-input-tokens', 'estimate');
    return {
      object: 'response.input_tokens',
      input_tokens: estimateTokens(translation.chatRequest),
    };
  }
}
