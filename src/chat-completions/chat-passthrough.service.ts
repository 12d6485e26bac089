import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, finalize, fromEvent, lastValueFrom, takeUntil } from 'rxjs';
import { decompress, isCompressed } from '../common/content-encoding.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { HeavyWork } from '../gate/heavy-work.service.js';
import { MemoryBudget } from '../gate/memory-budget.service.js';
import { noteBody } from '../gate/request-memory.js';
import { StreamLimiter } from '../gate/stream-limiter.js';
import type { BackendListener } from '../responses/backend/wire/backend-exchange.js';
import type { BackendCall } from '../responses/backend/wire/backend-http.js';
import type { BackendTarget } from '../responses/backend/backend.js';
import { callerOf } from '../responses/backend/backend-calls.js';
import type { RoutePlan } from '../responses/backend/routes/route-plan.js';
import type { ApiError } from '../common/api-error.js';
import { affinityKey } from '../responses/pipeline/affinity-key.js';
import { EventEraser } from './event-eraser.js';
import { FirstAnswer, type RelayedExchange } from './first-answer.js';
import { Backends } from '../responses/backend/routes/backends.service.js';
import { asRecord, nonEmptyText, parseJson, type JsonRecord } from '../common/json.js';
import {
  ByteReplacer,
  compileReplacements,
  type Replacement,
} from '../responses/backend/wire/byte-replacer.js';
import { responseCall } from '../responses/pipeline/response-call.js';
import { ResponsePipeline } from '../responses/pipeline/response-pipeline.service.js';
import { modelNamedIn } from './model-named-in.js';
import { MeteredRelay } from './metered-relay.js';
import { readResponsesShaped } from './responses-shaped.js';
import { relayAnswer } from './relay-answer.js';

/** Describes a chat request on its way. */
interface Relayed {
  plan: RoutePlan;
  /** The client calls the model so. */
  model: string;
  bodyFor: (target: BackendTarget) => Buffer;
  /** The names of its tools there, and the client's own. */
  names: readonly Replacement[];
}

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
    const {
      plan,
      model: asked,
      bodyFor,
      names,
    } = await this.heavyWork.run(request.memory, () => {
      const shaped = readResponsesShaped(bytes, this.settings.limits.jsonDepth);
      return shaped === undefined ? this.routed(bytes, request) : this.translated(shaped, request);
    });
    const { outcome, identity } = request;
    const metered =
      identity?.account && (await MeteredRelay.open(identity.account, plan, bodyFor, outcome));
    const hidden = replacerFor(plan, [...names, ...modelNames(plan, asked)]);
    // What is read on the way comes decoded, and may be shorter afterwards.
    const replacer = hidden ?? (metered && new ByteReplacer([]));
    const note = ({ backend, model }: BackendTarget): void => {
      if (this.backends.areSeveral)
        Object.assign(outcome, { backend: backend.name, backendModel: model });
    };
    const callFor = (target: BackendTarget): BackendCall =>
      target.backend.calls.relay(
        (metered?.bodyFor ?? bodyFor)(target),
        request,
        replacer !== undefined,
      );
    const onFallback = (to: BackendTarget, { code, status }: ApiError): void => {
      const failed = { backend: outcome.backend ?? '', code: code ?? String(status) };
      outcome.fallbacks = [...(outcome.fallbacks ?? []), failed];
      note(to);
    };
    note(plan.targets[0]);
    const relayed = defer(() => {
      const start = (listener: BackendListener): RelayedExchange =>
        new FirstAnswer(
          plan,
          { callFor, onFallback },
          metered?.watch(listener) ?? listener,
        ).start();
      return relayAnswer(start, outcome, reply, replacer, eventEraserFor(plan));
    });
    const clientLeft = fromEvent(reply.raw, 'close');
    const held = this.limiter.hold(relayed, request.caller).pipe(
      takeUntil(clientLeft),
      finalize(() => metered?.settle()),
    );
    await lastValueFrom(held, { defaultValue: undefined });
  }

  /** Gives the bytes as they are, unless a route gives the model another name. */
  private routed(bytes: Buffer, request: FastifyRequest): Relayed {
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
    const bodyFor = ({ model, isAlias }: BackendTarget): Buffer =>
      body === undefined || !(isAlias || isBound)
        ? bytes
        : Buffer.from(JSON.stringify({ ...body, model: isAlias ? model : named }));
    return { plan, model: named, bodyFor, names: [] };
  }

  /** Translates the request alone, since the answer is the backend's own. @throws ApiError 400 for what chat cannot say. */
  private async translated(body: JsonRecord, request: FastifyRequest): Promise<Relayed> {
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
    return { plan, model: nonEmptyText(body.model) ?? '', bodyFor, names };
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
  { targets }: RoutePlan,
  names: readonly Replacement[],
): ByteReplacer | undefined {
  const hidden = targets.flatMap(({ backend }) => backend.calls.secrets.replacements);
  return hidden.length + names.length === 0
    ? undefined
    : new ByteReplacer(compileReplacements([...hidden, ...names]));
}

/** Any of the targets may answer; the secrets of all are erased. */
function eventEraserFor({ targets }: RoutePlan): EventEraser | undefined {
  const backends = new Set(targets.map(({ backend }) => backend));
  const erasers = [...backends].flatMap(({ calls }) => calls.secrets.newChunkEraser() ?? []);
  return erasers.length === 0 ? undefined : new EventEraser(erasers);
}

/** The answer has the client's name of the model, as `/v1/responses` has, where a route gives the model another one there. */
function modelNames({ targets }: RoutePlan, asked: string): readonly Replacement[] {
  const renamed = targets.filter(({ isAlias, model }) => isAlias && model !== asked);
  return renamed.flatMap(({ model }) =>
    ['"model":', '"model": '].map((field): Replacement => [
      field + JSON.stringify(model),
      field + JSON.stringify(asked),
    ]),
  );
}
