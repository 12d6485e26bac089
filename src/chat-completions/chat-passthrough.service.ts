import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, fromEvent, lastValueFrom, takeUntil } from 'rxjs';
import { decompress, isCompressed } from '../common/content-encoding.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { HeavyWork } from '../gate/heavy-work.service.js';
import { MemoryBudget } from '../gate/memory-budget.service.js';
import { noteBody } from '../gate/request-memory.js';
import { StreamLimiter } from '../gate/stream-limiter.js';
import type {
  BackendExchange,
  BackendListener,
} from '../responses/backend/wire/backend-exchange.js';
import type { BackendCalls } from '../responses/backend/backend-calls.js';
import { Backends } from '../responses/backend/routes/backends.service.js';
import type { JsonRecord } from '../common/json.js';
import { ByteReplacer, type Replacement } from '../responses/backend/wire/byte-replacer.js';
import { responseCall } from '../responses/pipeline/response-call.js';
import { ResponsePipeline } from '../responses/pipeline/response-pipeline.service.js';
import { modelNamedIn } from './model-named-in.js';
import { readResponsesShaped } from './responses-shaped.js';
import { watchExchange } from '../responses/backend/layers/watch-exchange.js';
import { relayAnswer } from './relay-answer.js';

/**
 * Serves POST /v1/chat/completions: the bytes go to the backend and its answer comes back, both as they are. The limits and the
 * breaker are those of /v1/responses. A body of the Responses API is translated first; the answer is still chat.
 */
@Injectable()
export class ChatPassthroughService {
  constructor(
    private readonly backends: Backends,
    private readonly pipeline: ResponsePipeline,
    private readonly limiter: StreamLimiter,
    private readonly memory: MemoryBudget,
    private readonly heavyWork: HeavyWork,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Forwards a request. Rejects with ApiError while nothing of the answer has been sent. */
  async forward(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const bytes = await this.body(request);
    noteBody(request, bytes.length, this.memory);
    const translated = await this.heavyWork.run(request.memory, () => {
      const shaped = readResponsesShaped(bytes, this.settings.limits.jsonDepth);
      return shaped === undefined ? undefined : this.translate(shaped, request);
    });
    const { breaker, calls, http } = this.backends.main;
    const replacer = replacerFor(calls, translated?.names ?? []);
    const body = translated?.body ?? bytes;
    const call = calls.relay(body, request, replacer !== undefined);
    const relayed = defer(async () => {
      const breakerCall = breaker.begin(modelNamedIn(body));
      const start = (listener: BackendListener): BackendExchange =>
        http.start(call, watchExchange(listener, breakerCall));
      await relayAnswer(start, request.outcome, reply, replacer);
      breakerCall.abandoned();
    });
    const clientLeft = fromEvent(reply.raw, 'close');
    await lastValueFrom(this.limiter.hold(relayed, request.caller).pipe(takeUntil(clientLeft)), {
      defaultValue: undefined,
    });
  }

  /** Translates the request alone, since the answer is the backend's own. @throws ApiError 400 for what chat cannot say. */
  private async translate(
    body: JsonRecord,
    request: FastifyRequest,
  ): Promise<{ body: Buffer; names: readonly Replacement[] }> {
    const call = responseCall(request, request.outcome, this.settings);
    const { translation } = await this.pipeline.prepare(body, call);
    const { stream_options: asked, ...chatRequest } = translation.chatRequest;
    const isStreamed = body.stream === true;
    const options =
      isStreamed && body.stream_options !== undefined ? { stream_options: asked } : {};
    return {
      body: Buffer.from(JSON.stringify({ ...chatRequest, ...options, stream: isStreamed })),
      names: translation.renamedTools.map(([chatName, name]) => [
        JSON.stringify(chatName),
        JSON.stringify(name),
      ]),
    };
  }

  /** Hardly any backend takes a compressed body, so the bytes are those that the client compressed. */
  private async body(request: FastifyRequest): Promise<Buffer> {
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const encoding = request.headers['content-encoding'];
    return isCompressed(encoding)
      ? decompress(bytes, encoding, this.settings.limits.bodyBytes)
      : bytes;
  }
}

/** Replaces what the answer must not show, and the names that the client gave its tools. */
function replacerFor(
  { eraser, hiddenTexts }: BackendCalls,
  names: readonly Replacement[],
): ByteReplacer | undefined {
  return names.length === 0 ? eraser : new ByteReplacer([...hiddenTexts, ...names]);
}
