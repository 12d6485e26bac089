import { Injectable, Logger } from '@nestjs/common';
import { lastValueFrom, Observable, takeUntil, timeout } from 'rxjs';
import type { BackendRequest } from '../../../contracts/backend-request.js';
import type { ChatRequest } from '../../../contracts/chat/request.js';
import { StreamLimiter } from '../../../gate/stream-limiter.js';
import { BackendMetrics } from '../../../metrics/backend.metrics.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { isResponsesRequest } from '../../translator/backend-request.js';
import type { Backend } from '../backend.js';
import type { Caller } from '../calls/caller.js';
import { countByInputTokens } from './count-by-input-tokens.js';
import { countByResponses } from './count-by-responses.js';
import { countByTokenize } from './count-by-tokenize.js';
import type { TokenCount, TokenCountCall } from './token-count-call.js';

/** This includes the wait for a place: an estimate now is worth more than a count later. */
const longestWaitMs = 3000;
/** An answer of this size has about two million token ids. */
const maxAnswerBytes = 16 * 1024 * 1024;

/** Has the backend count the tokens of a prompt, where its dialect has a way. A count takes a place like an answer. */
@Injectable()
export class TokenCounter {
  private readonly logger = new Logger(TokenCounter.name);
  private failing = false;

  constructor(
    private readonly limiter: StreamLimiter,
    private readonly metrics: BackendMetrics,
  ) {}

  /**
   * Gives undefined where the dialect has no tokenizer, and when it failed, took too long, or the client left (`left` emits).
   * Never rejects.
   */
  async count(
    request: BackendRequest,
    backend: Backend,
    caller: Caller,
    left: Observable<unknown>,
  ): Promise<TokenCount | undefined> {
    const dialect = backend.dialects.forModel(request.model);
    const way = isResponsesRequest(request) ? dialect.responsesTokenCount : dialect.tokenCount;
    if (way === 'estimate' || backend.breaker.isOpenFor(request.model)) return undefined;
    const asked = abortable((signal) =>
      countBy(way, request, callOf(backend, request.model, caller, signal)),
    );
    try {
      const within = this.limiter
        .hold(asked, caller.id)
        .pipe(timeout(longestWaitMs), takeUntil(left));
      const count = await lastValueFrom(within, { defaultValue: undefined });
      if (count !== undefined) this.failing = false;
      return count;
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  /** Logs once per series: a server without the endpoint would fill the log. */
  private failed(error: unknown): void {
    this.metrics.tokenCountFailed();
    if (this.failing) return;
    this.failing = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn(`The backend does not count tokens, so they are estimated: ${reason}`);
  }
}

function callOf(
  { settings, http, calls }: Backend,
  model: string,
  caller: Caller,
  signal: AbortSignal,
): TokenCountCall {
  const post: TokenCountCall['post'] = (url, body) => {
    signal.throwIfAborted();
    return http.fetch(calls.beside(url, model, body, caller), maxAnswerBytes, signal);
  };
  return { backendUrl: settings.backend.url, post };
}

async function countBy(
  way: BackendDialect['tokenCount'],
  request: BackendRequest,
  call: TokenCountCall,
): Promise<TokenCount | undefined> {
  if (isResponsesRequest(request)) return countByResponses(request, call);
  const tokens = await countChat(way, request, call);
  return tokens === undefined ? undefined : { tokens, countedBy: 'backend' };
}

function countChat(
  way: BackendDialect['tokenCount'],
  request: ChatRequest,
  call: TokenCountCall,
): Promise<number | undefined> {
  switch (way) {
    case 'estimate':
      return Promise.resolve(undefined);
    case 'tokenize':
      return countByTokenize(request, call);
    case 'input_tokens':
      return countByInputTokens(request, call);
  }
}

/** Makes a call that begins with the subscription and is aborted when that ends. */
function abortable<T>(call: (signal: AbortSignal) => Promise<T>): Observable<T> {
  return new Observable((subscriber) => {
    const controller = new AbortController();
    call(controller.signal).then(
      (value) => {
        subscriber.next(value);
        subscriber.complete();
      },
      (error: unknown) => {
        subscriber.error(error);
      },
    );
    return () => {
      controller.abort();
    };
  });
}
