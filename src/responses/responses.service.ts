import { Inject, Injectable } from '@nestjs/common';
import { catchError, throwError, type Observable } from 'rxjs';
import { ApiError } from '../common/api-error.js';
import { modelNotFound } from '../common/error-table.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { ResponseEvent } from '../contracts/responses/events.js';
import type { RequestOutcome } from '../logging/request-outcome.js';
import { TrafficDumpService } from '../logging/traffic-dump.service.js';
import { ModelCatalogService } from '../models/model-catalog.service.js';
import type { ChatBackend, FlowControl } from './backend/chat-backend.port.js';
import { ResilientBackend } from './backend/resilience/resilient-backend.js';
import { parseCreateResponse } from './dto/parse-create-response.js';
import { translateEvents } from './streaming/translate-events.js';
import { TranslatorService, type Translation } from './translator/translator.service.js';

/** Who asks, and how. */
export interface ResponseCall {
  outcome: RequestOutcome;
  apiKey: string | undefined;
  /** The client's headers that travel to the backend, names in lower case. */
  headers: Readonly<Record<string, string>>;
  strict: boolean;
  flow: FlowControl;
}

/** A translated request whose backend call begins with the subscription to `events`. */
export interface PreparedResponse {
  translation: Translation;
  streamed: boolean;
  events: Observable<ResponseEvent[]>;
}

/** The use case: one request, from body to events. */
@Injectable()
export class ResponsesService {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly backend: ResilientBackend,
    private readonly translator: TranslatorService,
    private readonly models: ModelCatalogService,
    private readonly dump: TrafficDumpService,
  ) {}

  /** @throws ApiError 400/413 naming the field when the body cannot be translated. */
  prepare(body: unknown, call: ResponseCall): PreparedResponse {
    const { outcome } = call;
    this.dump.request(outcome.requestId, body);
    const request = parseCreateResponse(body, this.settings.limits);
    const { model } = this.models.resolve(request.model);
    const streamed = request.stream === true;
    Object.assign(outcome, { model, stream: streamed });

    const strict = call.strict || this.settings.translation.strict;
    const translation = this.translator.translate({ ...request, model }, { strict });
    Object.assign(outcome, {
      responseId: translation.responseId,
      warnings: translation.requestWarnings,
    });
    this.dump.backendRequest(outcome.requestId, translation.chatRequest);

    const { openAfterMs, heartbeatMs } = this.settings.streaming;
    const timing = streamed ? { openAfterMs, heartbeatMs } : { openAfterMs: 0, heartbeatMs: 0 };
    const events = translateEvents(this.callBackend(translation, call), translation.stream, timing);
    return { translation, streamed, events };
  }

  private callBackend(
    translation: Translation,
    call: ResponseCall,
  ): ReturnType<ChatBackend['stream']> {
    const { outcome, apiKey, headers, flow } = call;
    const context = {
      requestId: outcome.requestId,
      apiKey,
      headers,
      flow,
      onStatus: (status: number) => {
        outcome.backendStatus = status;
      },
    };
    const { chatRequest } = translation;
    return this.backend
      .stream(chatRequest, context)
      .pipe(
        catchError((error: unknown) => throwError(() => this.explain(error, chatRequest.model))),
      );
  }

  /** A 404 for the model lists the models that there are. */
  private explain(error: unknown, model: string): unknown {
    if (!(error instanceof ApiError) || error.status !== 404) return error;
    const listing = this.models.notFoundMessage(model);
    return listing === undefined ? error : modelNotFound(listing);
  }
}
