import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decompress, isCompressed } from '../common/content-encoding.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { HeavyWork } from '../gate/heavy-work.service.js';
import { MemoryBudget } from '../gate/memory-budget.service.js';
import { noteBody } from '../gate/request-memory.js';
import type { BackendTarget } from '../responses/backend/backend.js';
import { callerOf } from '../responses/backend/calls/backend-calls.js';
import { affinityKey } from '../responses/pipeline/affinity-key.js';
import { Backends } from '../responses/backend/routes/backends.service.js';
import { asRecord, nonEmptyText, parseJson, type JsonRecord } from '../common/json.js';
import type { Replacement } from '../responses/backend/wire/byte-replacer.js';
import { responseCall } from '../responses/pipeline/call/response-call.js';
import { ResponsePipeline } from '../responses/pipeline/response-pipeline.service.js';
import { modelNamedIn } from './model-named-in.js';
import { Relay } from './relay.service.js';
import { bodyOf, type RelayedRequest } from './relayed-request.js';
import { readResponsesShaped } from './responses-shaped.js';

/**
 * Serves POST /v1/chat/completions: the bytes go to the backend and its answer comes back, both as they are. The limits and the
 * breaker are those of /v1/responses. A body of the Responses API is translated first; the answer is still chat.
 */
@Injectable()
export class ChatPassthroughService {
  constructor(
    private readonly backends: Backends,
    private readonly pipeline: ResponsePipeline,
    private readonly relay: Relay,
    private readonly memory: MemoryBudget,
    private readonly heavyWork: HeavyWork,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Forwards a request. Rejects with ApiError while nothing of the answer has been sent. */
  async forward(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const bytes = await this.body(request);
    noteBody(request, bytes.length, this.memory);
    const relayed = await this.heavyWork.run(request.memory, () => {
      const shaped = readResponsesShaped(bytes, this.settings.limits.jsonDepth);
      return shaped === undefined ? this.routed(bytes, request) : this.translated(shaped, request);
    });
    await this.relay.send(request, reply, relayed);
  }

  /** Gives the bytes as they are, unless a route gives the model another name. */
  private routed(bytes: Buffer, request: FastifyRequest): RelayedRequest {
    const caller = callerOf(request, this.settings);
    // A caller that may ask for some models alone could name two of them, and backends differ in which one they read.
    const isBound = caller.models !== undefined;
    const isRead = this.backends.areSeveral || isBound;
    const body = isRead ? asRecord(parseJson(bytes.toString('utf8'))) : undefined;
    const found = nonEmptyText(body?.model);
    const named = isBound ? (found ?? '') : (found ?? modelNamedIn(bytes));
    const plan = this.backends.plan({
      model: named,
      caller,
      conversation: () =>
        affinityKey({
          prompt_cache_key: body?.prompt_cache_key,
          input: body?.messages,
        }),
    });
    const bodyFor = bodyOf(bytes, body, { named, isBound });
    return { plan, model: named, api: 'chat', bodyFor, names: [] };
  }

  /** Translates the request alone, since the answer is the backend's own. @throws ApiError 400 for what chat cannot say. */
  private async translated(body: JsonRecord, request: FastifyRequest): Promise<RelayedRequest> {
    const call = { ...responseCall(request, request.outcome, this.settings), asChat: true };
    const { plan, translation, moveTo } = await this.pipeline.prepare(body, call);
    const isStreamed = body.stream === true;
    const bodyFor = (target: BackendTarget): Buffer => {
      if (target !== translation.target) moveTo(target);
      const { stream_options: asked, ...chatRequest } = translation.backendRequest;
      const options =
        isStreamed && body.stream_options !== undefined ? { stream_options: asked } : {};
      return Buffer.from(JSON.stringify({ ...chatRequest, ...options, stream: isStreamed }));
    };
    const names = translation.renamedTools.map(([chatName, name]): Replacement => [
      JSON.stringify(chatName),
      JSON.stringify(name),
    ]);
    return { plan, model: nonEmptyText(body.model) ?? '', api: 'chat', bodyFor, names };
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
