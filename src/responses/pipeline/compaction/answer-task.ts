import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { TrafficDumpService } from '../../../logging/traffic-dump.service.js';
import type { BackendTarget } from '../../backend/backend.js';
import { onlyTarget, planFrom } from '../../backend/routes/route-plan.js';
import type { Asking, BackendAnswers } from '../answers/backend-answers.service.js';
import type { AnswerTask } from './context-compaction.service.js';
import type { TranslateRequestOptions, Translation } from '../translation/translation.js';
import type { TranslatorService } from '../translation/translation.service.js';

export interface AnswerTools {
  readonly answers: BackendAnswers;
  readonly translator: TranslatorService;
  readonly dump: TrafficDumpService;
}

/** A summary that is asked for on the way has its own translation, which may move to another target as well. */
export function answerTask(
  request: CreateResponseBody,
  main: Asking,
  options: TranslateRequestOptions,
  { answers, translator, dump }: AnswerTools,
): AnswerTask {
  const { call, plan, translation } = main;
  const asides = new WeakMap<Translation, Asking>();
  return {
    request,
    translation,
    call,
    translate: (other) => {
      const aside = translator.translate(other, translation.target, options);
      const moveTo = (next: BackendTarget): void => {
        // The answer goes where its summary was made: the target before has just failed.
        main.moveTo(next);
        Object.assign(aside, translator.translate(other, next, options));
      };
      const left = planFrom(plan, translation.target);
      const hasAnswered = () => false;
      asides.set(aside, { ...main, plan: left, translation: aside, moveTo, hasAnswered });
      return aside;
    },
    ask: (asked) => {
      if (asked === translation) {
        return answers.ask({ ...main, plan: planFrom(plan, translation.target) });
      }
      dump.backendRequest(call.outcome.requestId, asked.backendRequest);
      // The conversation from its window belongs to a response that has begun, and stays where it is.
      const stays = { ...main, plan: onlyTarget(plan, asked.target), translation: asked };
      return answers.ask(asides.get(asked) ?? stays);
    },
  };
}
