import { Injectable } from '@nestjs/common';
import { catchError, tap, throwError } from 'rxjs';
import { ApiError } from '../../common/api-error.js';
import { modelNotFound } from '../../common/error-table.js';
import type { ChatRequest } from '../../contracts/chat/request.js';
import type { ChatBackend } from '../backend/chat-backend.port.js';
import { learnFromRefusal } from '../backend/errors/refused-fields.js';
import { ResilientBackend } from '../backend/layers/resilient-backend.js';
import { ModelCatalogService } from '../backend/models/model-catalog.service.js';
import { ResponseHooks } from './hooks/response-hooks.service.js';
import type { ResponseCall } from './response-call.js';
import type { Translation } from './translation.js';

/** A backend may refuse a request for one form after the other; each is learned for good. */
const MOST_LESSONS = 3;

/**
 * An answer under way keeps its text here and in the folded response, as it is encoded, and what of it is garbage by then. This
 * was measured with 40 answers of 30 MB at once.
 */
const BYTES_PER_CHARACTER = 3;

/** Calls the backend for the answers of a response. */
@Injectable()
export class BackendAnswers {
  constructor(
    private readonly backend: ResilientBackend,
    private readonly models: ModelCatalogService,
    private readonly hooks: ResponseHooks,
  ) {}

  /** Gives the chunks of one answer. The backend is asked once more, in another form, where it refuses the form of the request. */
  ask(translation: Translation, call: ResponseCall): ReturnType<ChatBackend['stream']> {
    const { id, outcome, clientKey, headers, flow } = call;
    const context = {
      backend: translation.target.backend,
      id,
      requestId: outcome.requestId,
      clientKey,
      headers,
      flow,
      onStatus: (status: number) => {
        outcome.backendStatus = status;
      },
    };
    const ask = (chatRequest: ChatRequest, lessons: number): ReturnType<ChatBackend['stream']> =>
      this.hooks
        .ask(chatRequest, call, (sent) => this.backend.stream(sent, context))
        .pipe(
          catchError((error: unknown) => {
            const mayLearn = lessons < MOST_LESSONS && !call.strict && error instanceof ApiError;
            const learned = mayLearn ? learnFromRefusal(error, chatRequest) : undefined;
            if (learned === undefined)
              return throwError(() => this.explain(error, chatRequest.model));
            return ask(translation.amend(learned), lessons + 1);
          }),
        );
    const count = (): void => {
      call.memory?.grow(BYTES_PER_CHARACTER * translation.stream.weight, flow);
    };
    return ask(translation.chatRequest, 0).pipe(tap(count));
  }

  /** Adds the models that there are to a 404 for the model. */
  private explain(error: unknown, model: string): unknown {
    if (!(error instanceof ApiError) || error.status !== 404) return error;
    const listing = this.models.notFoundMessage(model);
    return listing === undefined ? error : modelNotFound(listing);
  }
}
