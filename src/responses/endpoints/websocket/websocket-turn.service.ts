import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CLOCK, elapsedSince, type Clock } from '../../../common/clock.js';
import type { ApiError } from '../../../common/api-error.js';
import { errorOutcome } from '../../../common/error-outcome.js';
import { asApiError } from '../../../common/error-table.js';
import { ID_GENERATOR, type IdGenerator } from '../../../common/id-generator.js';
import { previousResponseNotFound } from '../../../common/state-errors.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { InputItem } from '../../../contracts/responses/items.js';
import { AdmissionService } from '../../../gate/admission.service.js';
import { HeavyWork, isHeavy } from '../../../gate/heavy-work.service.js';
import { MemoryBudget } from '../../../gate/memory-budget.service.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import { bytesPerBodyByte } from '../../../gate/request-memory.js';
import { TurnRateLimit } from '../../../gate/turn-rate-limit.service.js';
import { RequestLogService } from '../../../logging/request-log.service.js';
import type { RequestOutcome } from '../../../logging/request-outcome.js';
import { Owners } from '../../../store/owners.service.js';
import { responseCall } from '../../pipeline/call/response-call.js';
import { ResponsePipeline } from '../../pipeline/response-pipeline.service.js';
import { knownOf, type RequestState } from '../../state/recording/request-state.js';
import { Continuation } from '../../state/recording/continuation.service.js';
import { CountedReads } from '../../state/recording/counted-reads.service.js';
import { ResponseRecorder } from '../../state/recording/response-recorder.service.js';
import { noteOutcome } from '../../delivery/note-outcome.js';
import { nonEmptyText, type JsonRecord } from '../../../common/json.js';
import { inputItems } from '../../translator/request/items/input-items.js';
import type { ConnectionMemory } from './connection-memory.js';
import { readCreateMessage, type CreateMessage } from './create-message.js';
import { toErrorMessage } from './error-message.js';
import type { WebsocketConnection } from './websocket-connection.js';

type TurnRequest = Parameters<typeof responseCall>[0] & { memory: MemoryHold };

/** Runs one turn of a connection over the same pipeline as POST /v1/responses, with messages in place of frames. */
@Injectable()
export class WebsocketTurnService {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    private readonly responses: ResponsePipeline,
    private readonly states: Continuation,
    private readonly reads: CountedReads,
    private readonly recorder: ResponseRecorder,
    private readonly owners: Owners,
    private readonly log: RequestLogService,
    private readonly admission: AdmissionService,
    private readonly rateLimit: TurnRateLimit,
    private readonly budget: MemoryBudget,
    private readonly heavyWork: HeavyWork,
  ) {}

  /** Never rejects: what goes wrong before the first event is an `error` message, and the socket stays open. */
  async run(data: Buffer, request: FastifyRequest, connection: WebsocketConnection): Promise<void> {
    const outcome = { requestId: this.ids.next('req'), startedAt: this.clock.now(), stream: true };
    let message: CreateMessage | undefined;
    let status = 200;
    const memory = this.budget.open(request.caller);
    memory.set(bytesPerBodyByte * data.length);
    const stopWatching = connection.onClose(() => {
      memory.release();
    });
    try {
      message = await this.heavyWork.run(memory, () =>
        readCreateMessage(data, this.settings.limits.jsonDepth),
      );
      await this.admission.checkTurn(request);
      await this.rateLimit.count(request);
      const { caller, identity, headers } = request;
      Object.assign(outcome, { caller: identity?.name });
      await this.answer(message, { caller, identity, headers, memory }, connection, outcome);
    } catch (error) {
      const failure = asApiError(error);
      status = failure.status;
      this.refuse(failure, message, connection, outcome);
    } finally {
      stopWatching();
      memory.release();
    }
    this.log.turnCompleted(outcome, status);
  }

  private async answer(
    { body, generate, streamId }: CreateMessage,
    request: TurnRequest,
    { memory, sender }: WebsocketConnection,
    outcome: RequestOutcome,
  ): Promise<void> {
    const previousId = nonEmptyText(body.previous_response_id);
    const recalled = previousId === undefined ? undefined : memory.recall(previousId);
    if (previousId !== undefined && recalled === undefined && body.store === false) {
      throw previousResponseNotFound(previousId);
    }
    const call = responseCall(request, outcome, this.settings);
    const state = await this.openState(body, recalled, request);
    const prepared = await this.heavyWork.run(request.memory, () =>
      this.responses.prepare(state.body, { ...call, ...knownOf(state), generate }),
    );
    const events = this.recorder.record(prepared, state, request.memory);
    const response = await sender.sendEvents(events, {
      flow: call.flow,
      streamId,
      inTurn: (work) => this.heavyWork.inTurn(request.memory, work),
      mayBeLarge: () => isHeavy(request.memory),
      onFirstEvent: () => {
        outcome.firstEventMs = elapsedSince(outcome.startedAt, this.clock);
      },
    });
    noteOutcome(prepared, outcome);
    if (response.status !== 'failed') {
      const added = [...inputItems(prepared.request), ...outputItems(response)];
      memory.remember(response, state.history ?? [], added, streamId);
    } else if (previousId !== undefined) memory.forget(previousId);
  }

  /**
   * Looks up only what the connection does not remember, since that may be kept nowhere else. What goes on from a response that
   * is not stored is not stored either: its chain would lead nowhere.
   */
  private async openState(
    body: JsonRecord,
    recalled: ReturnType<ConnectionMemory['recall']>,
    request: TurnRequest,
  ): Promise<RequestState> {
    const owner = this.owners.of(request);
    if (recalled === undefined) return this.states.open(body, owner, request.memory);
    this.reads.note(request.memory, recalled.characters);
    const { previous_response_id, ...rest } = body;
    const state = await this.states.open(rest, owner, request.memory);
    return {
      ...state,
      stored: state.stored && recalled.stored,
      history: recalled.items,
      body: { ...(state.body as JsonRecord), previous_response_id },
    };
  }

  private refuse(
    failure: ApiError,
    message: CreateMessage | undefined,
    { memory, sender }: WebsocketConnection,
    outcome: RequestOutcome,
  ): void {
    const previousId = nonEmptyText(message?.body.previous_response_id);
    if (previousId !== undefined) memory.forget(previousId);
    Object.assign(outcome, errorOutcome(failure));
    if (failure.status === 499) outcome.clientAborted = true;
    sender.send(toErrorMessage(failure), message?.streamId);
  }
}

function outputItems({ output }: { output: readonly object[] }): InputItem[] {
  return output as InputItem[];
}
