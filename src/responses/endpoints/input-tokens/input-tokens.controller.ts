import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Observable } from 'rxjs';
import { COUNTED_BY } from '../../../common/counted-by.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { HeavyWork } from '../../../gate/heavy-work.service.js';
import { Owners } from '../../../store/owners.service.js';
import { TokenCounter } from '../../backend/token-count/token-counter.service.js';
import { responseCall } from '../../pipeline/call/response-call.js';
import { ResponsePipeline } from '../../pipeline/response-pipeline.service.js';
import { warningsHeader } from '../../delivery/warnings-header.js';
import { whenClosed } from '../../delivery/when-closed.js';
import { estimateInputTokens } from '../../translator/estimate-tokens.js';
import { knownOf } from '../../state/recording/request-state.js';
import { Continuation } from '../../state/recording/continuation.service.js';

@Controller('v1/responses/input_tokens')
export class InputTokensController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly owners: Owners,
    private readonly states: Continuation,
    private readonly responses: ResponsePipeline,
    private readonly counter: TokenCounter,
    private readonly heavyWork: HeavyWork,
  ) {}

  /** Gives the backend's own count where it has one, and an estimate otherwise. The header `x-input-tokens` says which. */
  @Post()
  @HttpCode(200)
  async count(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ object: 'response.input_tokens'; input_tokens: number }> {
    const call = responseCall(request, request.outcome, this.settings);
    const owner = this.owners.of(request);
    const state = await this.states.open(body, owner, request.memory);
    const { translation } = await this.heavyWork.run(request.memory, () =>
      this.responses.prepare(state.body, { ...call, ...knownOf(state) }),
    );
    const { backendRequest, target } = translation;
    const counted = await this.counter.count(backendRequest, target.backend, call, leaving(reply));
    void reply.headers(warningsHeader(translation.requestWarnings));
    void reply.header(COUNTED_BY, counted?.countedBy ?? 'estimate');
    return {
      object: 'response.input_tokens',
      input_tokens: counted?.tokens ?? estimateInputTokens(backendRequest),
    };
  }
}

/** Emits when the client has left. */
function leaving({ raw }: FastifyReply): Observable<void> {
  return new Observable((subscriber) =>
    whenClosed(raw, () => {
      subscriber.next();
    }),
  );
}
