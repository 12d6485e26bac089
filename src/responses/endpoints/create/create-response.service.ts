import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HeavyWork } from '../../../gate/heavy-work.service.js';
import { MemoryBudget } from '../../../gate/memory-budget.service.js';
import type { ResponseCall } from '../../pipeline/call/response-call.js';
import { ResponsePipeline } from '../../pipeline/response-pipeline.service.js';
import { ResponseSender } from '../../delivery/response-sender.service.js';
import { BackgroundRuns } from '../../state/background/background-runs.service.js';
import { ReplaySender } from '../stored/replay-sender.service.js';
import { knownOf, type RequestState } from '../../state/recording/request-state.js';
import { Continuation } from '../../state/recording/continuation.service.js';
import { ResponseRecorder } from '../../state/recording/response-recorder.service.js';

/** Serves POST /v1/responses with its state: what it continues, what is kept of it, and who waits for it. */
@Injectable()
export class CreateResponse {
  constructor(
    private readonly states: Continuation,
    private readonly responses: ResponsePipeline,
    private readonly recorder: ResponseRecorder,
    private readonly sender: ResponseSender,
    private readonly runs: BackgroundRuns,
    private readonly replay: ReplaySender,
    private readonly budget: MemoryBudget,
    private readonly heavyWork: HeavyWork,
  ) {}

  /**
   * Creates a response.
   * @throws ApiError while an HTTP status can still say what went wrong.
   */
  async create(
    body: unknown,
    call: ResponseCall,
    owner: string,
    reply: FastifyReply,
  ): Promise<void> {
    const { memory } = reply.request;
    const state = await this.states.open(body, owner, memory);
    await this.heavyWork.run(memory, () =>
      state.background ? this.begin(state, call, reply) : this.answer(state, call, reply),
    );
  }

  private async answer(
    state: RequestState,
    call: ResponseCall,
    reply: FastifyReply,
  ): Promise<void> {
    const prepared = await this.responses.prepare(state.body, { ...call, ...knownOf(state) });
    const events = this.recorder.record(prepared, state, reply.request.memory);
    await this.sender.send({ ...prepared, events }, call, reply);
  }

  /** Begins a response in the background, which goes on without its request, and so does what that holds. */
  private async begin(state: RequestState, call: ResponseCall, reply: FastifyReply): Promise<void> {
    const { owner } = state;
    const { outcome } = call;
    const memory = this.budget.open(reply.request.caller);
    memory.set(reply.request.memory?.held ?? 0);
    try {
      const running = { ...call, ...knownOf(state), memory, background: true };
      const prepared = await this.responses.prepare(state.body, running);
      // Files that were read meanwhile count for the request, which ends before.
      memory.set(reply.request.memory?.held ?? 0);
      const request = { ...prepared.request, model: outcome.model ?? prepared.request.model };
      const { responseId } = prepared.translation;
      const response = await this.runs.start(responseId, { ...prepared, request }, state, memory);
      if (prepared.streamed) await this.replay.send(owner, responseId, 0, outcome, reply);
      else this.sender.sendJson(response, prepared, reply);
    } catch (error) {
      memory.release();
      throw error;
    }
  }
}
