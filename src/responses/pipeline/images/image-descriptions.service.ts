import { Injectable, Logger } from '@nestjs/common';
import { catchError, concat, defer, EMPTY, from, ignoreElements, last, map } from 'rxjs';
import { mergeMap, scan, takeUntil, tap, timer, type Observable } from 'rxjs';
import { ApiError } from '../../../common/api-error.js';
import { shortened } from '../../../common/describe-value.js';
import { emptyAnswer, modelNotFound } from '../../../common/error-table.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import type { BackendTarget } from '../../backend/backend.js';
import { FlowControl } from '../../backend/chat-backend.port.js';
import type { VisionModel } from '../../backend/profiles/profile-entry.js';
import { Backends } from '../../backend/routes/backends.service.js';
import type { RoutePlan } from '../../backend/routes/route-plan.js';
import { foldEvents } from '../../translator/fold-events.js';
import { BackendAnswers, type Asking } from '../answers/backend-answers.service.js';
import type { ResponseCall } from '../call/response-call.js';
import { translateEvents } from '../answers/translate-events.js';
import { TranslatorService } from '../translation/translation.service.js';
import { describerFor } from '../translation/describer-for.js';
import { TextMemory } from '../memory/text-memory.js';
import { descriptionRequest } from './description-request.js';
import { RequestImages } from './request-images.js';

/** A request waits so long for all its descriptions, of which so many are made at once. */
const LIMIT_MS = 60_000;
const AT_ONCE = 4;
/** The newest images of a request are described; the others wait for the next request. */
const MOST_IMAGES = 20;
const LONGEST_DESCRIPTION = 16_000;

const silent = { openAfterMs: 0, heartbeatMs: 0 };

/**
 * Has images described by a model that sees, for one that does not, as the profile says. A description is remembered in this
 * process, so that the next turn repeats it. Whatever fails here leaves an image without a description, and the request goes on.
 */
@Injectable()
export class ImageDescriptions {
  private readonly logger = new Logger(ImageDescriptions.name);
  private readonly memory = new TextMemory();

  constructor(
    private readonly backends: Backends,
    private readonly answers: BackendAnswers,
    private readonly translator: TranslatorService,
  ) {}

  /** Gives what is known so far of the images of a request. */
  imagesFor(call: ResponseCall): RequestImages {
    return new RequestImages((url) => this.memory.recall(ownerOf(call), url));
  }

  /** Gives the answer once its images are described; at once where there is nothing to describe. */
  before<Answer>(
    images: RequestImages,
    { translation, call, moveTo }: Asking,
    answer: () => Observable<Answer>,
  ): Observable<Answer> {
    return defer(() => {
      const { target } = translation;
      const vision = describerFor(target);
      const missing = vision === undefined ? [] : images.takeMissing(MOST_IMAGES);
      if (vision === undefined || missing.length === 0) return answer();
      const described = from(missing).pipe(
        mergeMap((url) => this.describe(vision, url, images, call), AT_ONCE),
        takeUntil(timer(LIMIT_MS)),
      );
      const afterwards = defer(() => {
        moveTo(target);
        return answer();
      });
      return concat(described, afterwards);
    });
  }

  private describe(
    vision: VisionModel,
    url: string,
    images: RequestImages,
    call: ResponseCall,
  ): Observable<never> {
    return defer(() => this.ask(vision, url, call)).pipe(
      tap((text) => {
        images.add(url, this.memory.remember(ownerOf(call), url, text));
      }),
      ignoreElements(),
      catchError((error: unknown) => {
        const code = error instanceof ApiError ? (error.code ?? error.type) : 'internal_error';
        this.logger.warn(`${vision.model} did not describe an image: ${code}`);
        return EMPTY;
      }),
    );
  }

  private ask(vision: VisionModel, url: string, call: ResponseCall): Observable<string> {
    const plan = this.planFor(vision, call);
    const [target] = plan.targets;
    const request = descriptionRequest(vision.model, url);
    const translate = (to: BackendTarget) =>
      this.translator.translate({ ...request, model: to.model }, seeing(to), { strict: false });
    const translation = translate(target);
    const answer = this.answers.ask({
      plan,
      translation,
      // What is noted of this call is not about the answer, and another stream may be held back.
      call: { ...call, outcome: { ...call.outcome }, flow: new FlowControl(), memory: undefined },
      hasAnswered: () => translation.stream.hasBegun,
      moveTo: (next) => {
        Object.assign(translation, translate(next));
      },
    });
    return translateEvents(answer, translation, silent).pipe(
      scan(foldEvents, undefined as ResponseResource | undefined),
      last(),
      map((response) => {
        const { failure } = translation.stream;
        if (failure !== undefined) throw failure;
        return readDescription(response);
      }),
    );
  }

  /** The operator names the model, so it need not be among those that the client may ask for. */
  private planFor({ model, backend }: VisionModel, call: ResponseCall): RoutePlan {
    const caller = { ...call, models: undefined };
    return this.backends.plan({ model, backend, caller, conversation: () => 'images' });
  }
}

/** @throws ApiError where the model that should see does not. */
function seeing(target: BackendTarget): BackendTarget {
  if (target.backend.dialects.forModel(target.model).images !== 'none') return target;
  throw modelNotFound('The model that is to describe images takes none.');
}

/** A description that the token limit cut is worth more than none. @throws ApiError where there is none. */
function readDescription(response: ResponseResource | undefined): string {
  const text = (response?.output ?? [])
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .flatMap((part) => (part.type === 'output_text' ? [part.text] : []))
    .join('\n')
    .trim();
  if (text === '' || response?.incomplete_details?.reason === 'content_filter') throw emptyAnswer();
  return shortened(text, LONGEST_DESCRIPTION);
}

function ownerOf({ identity, id }: ResponseCall): string {
  return identity ?? id;
}
