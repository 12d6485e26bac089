import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { CreateResponseBody } from '../../contracts/responses/request.js';
import { REQUEST_OBSERVER, type RequestObserver } from '../../logging/request-observer.port.js';
import { TrafficDumpService } from '../../logging/traffic-dump.service.js';
import { dialectFor } from '../backend/dialect-for.js';
import type { RoutePlan } from '../backend/routes/route-plan.js';
import { Backends } from '../backend/routes/backends.service.js';
import type { Thought } from '../translator/thought.js';
import { parseCreateResponse } from '../validation/parse-create-response.js';
import { affinityKey } from './affinity-key.js';
import { toSummaryRequest } from './compaction/summary-request.js';
import { thoughtsWanted } from './translation/conversation-thoughts.js';
import { ResponseHooks } from './hooks/response-hooks.service.js';
import { PromptTemplates } from './prompts/prompt-templates.service.js';
import type { ResponseCall } from './call/response-call.js';
import { ThoughtMemory } from './memory/thought-memory.service.js';

/** Holds a request that has passed its validation, and all that is known of it before its translation. */
interface IncomingRequest {
  /** The body, with its prompt template expanded and the changes of hooks made. */
  request: CreateResponseBody;
  /** What the backend shall answer: the request under the model's real name, or a request for a summary. */
  asked: CreateResponseBody;
  /** The input ends with a compaction trigger, so that the answer becomes a summary. */
  isSummary: boolean;
  plan: RoutePlan;
  /** The thoughts that the conversation has lost, by their calls' keys. */
  thoughts: ReadonlyMap<string, Thought>;
}

/** Reads a body: checks it, lets hooks and prompt templates change it, and finds where it goes. */
@Injectable()
export class IncomingRequests {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly backends: Backends,
    private readonly dump: TrafficDumpService,
    private readonly hooks: ResponseHooks,
    private readonly prompts: PromptTemplates,
    private readonly thoughts: ThoughtMemory,
    @Inject(REQUEST_OBSERVER) private readonly observer: RequestObserver | undefined,
  ) {}

  /** @throws ApiError 400/404/413 naming the field that cannot be read, or the model that is not there. */
  async read(body: unknown, call: ResponseCall): Promise<IncomingRequest> {
    const { outcome } = call;
    this.dump.request(outcome.requestId, body);
    this.observer?.began(outcome, body, call.history ?? []);
    const sent = this.prompts.expand(parseCreateResponse(body, this.settings.limits));
    const request = this.prompts.expand(await this.hooks.beforeTranslate(sent, call), sent);
    const plan = this.backends.plan({
      model: request.model,
      caller: call,
      conversation: () => affinityKey(request, call.history),
    });
    const [target] = plan.targets;
    const model = target.isAlias ? request.model : target.model;
    const summaryRequest = toSummaryRequest(request);
    const stream = request.stream === true;
    Object.assign(outcome, { model, stream, session: summaryRequest && null });
    this.observer?.read(outcome, request);

    const asked = { ...(summaryRequest ?? request), model };
    const wanted = plan.targets.flatMap((to) =>
      thoughtsWanted(dialectFor(to, call.asChat), asked, call.history),
    );
    const thoughts = await this.thoughts.recallAll(call, [...new Set(wanted)]);
    return { request, asked, isSummary: summaryRequest !== undefined, plan, thoughts };
  }
}
