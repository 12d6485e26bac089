import type { Observable } from 'rxjs';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { BackendTarget } from '../../backend/backend.js';
import type { BetweenAnswers } from '../answers/translate-events.js';
import type { Translation } from '../translation/translation.js';
import { nextRequest } from './next-request.js';
import type { ToolLoop } from './tool-loop.js';

/** Leads a response from one answer of the backend to the next. */
export class ToolTurns implements BetweenAnswers {
  /** Holds the request of the present answer. */
  request: CreateResponseBody;

  constructor(
    private readonly loop: ToolLoop,
    private readonly asked: CreateResponseBody,
    /** Holds the translation of the present answer. */
    public translation: Translation,
  ) {
    this.request = asked;
  }

  prepare(): Observable<ResponseEvent[]> {
    return this.loop.prepare();
  }

  run(): Observable<ResponseEvent[]> {
    return this.loop.run();
  }

  next(): ResponseEvent[] {
    const { stream } = this.translation;
    if (stream.awaitsClient) return stream.finish();
    const spent = stream.spentTokens;
    if (spent >= (this.asked.max_output_tokens ?? Infinity)) {
      return stream.finish('max_output_tokens');
    }
    this.request = nextRequest(this.asked, stream.done, spent, this.loop);
    this.translation = this.translateFor(this.translation.target);
    stream.goOn(this.translation.answer);
    return [];
  }

  close(): void {
    this.loop.close();
  }

  /** Leaves the present answer, of which nothing has come, to another target. @throws ApiError 400 where that one cannot be told. */
  moveTo(target: BackendTarget): void {
    Object.assign(this.translation, this.translateFor(target));
    this.translation.stream.goOn(this.translation.answer);
  }

  private translateFor(target: BackendTarget): Translation {
    return this.translation.translateAgain(this.request, this.loop, target);
  }
}
