import { Inject, Injectable } from '@nestjs/common';
import { catchError, concat, concatMap, defer, filter, from, map, Observable, of } from 'rxjs';
import { Subject, switchMap, tap } from 'rxjs';
import { ApiError } from '../../../common/api-error.js';
import { emptyAnswer } from '../../../common/error-table.js';
import { ID_GENERATOR, type IdGenerator } from '../../../common/id-generator.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { CompactionItem, InputItem } from '../../../contracts/responses/items.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import { Sealer } from '../../../sealing/sealer.js';
import { recover } from '../../backend/passing/recover.js';
import type { TokenCount } from '../../backend/token-count/token-count-call.js';
import { TokenCounter } from '../../backend/token-count/token-counter.service.js';
import { encodeWindow } from '../../translator/compaction-window.js';
import { estimateInputTokens } from '../../translator/estimate-tokens.js';
import { foldEvents } from '../../translator/fold-events.js';
import { inputItems } from '../../translator/request/items/input-items.js';
import type { ResponseCall } from '../call/response-call.js';
import { translateEvents } from '../answers/translate-events.js';
import type { Translation } from '../translation/translation.js';
import { readSummary } from './compaction-stream.js';
import { fitRequest } from './fit-request.js';
import { latestUserMessages, MAX_KEPT_CHARACTERS } from './keep-user-messages.js';
import { splitConversation, type SplitConversation } from './split-conversation.js';
import { inlineSummaryRequest } from './summary-request.js';

export interface AnswerTask {
  request: CreateResponseBody;
  translation: Translation;
  call: ResponseCall;
  /** Translates a request of our own about the same conversation. */
  translate: (request: CreateResponseBody) => Translation;
  /** Calls the backend once. */
  ask: (translation: Translation) => Observable<ChatChunk[]>;
}

/** A tokenizer makes at most so many tokens of what is estimated as one: each character can be one. */
const MOST_TOKENS_PER_ESTIMATED = 4;

/** When the whole is refused as too long, these parts of it are summarised, one after the other. */
const PARTS = [1, 0.5, 0.25] as const;

/**
 * Compacts a conversation in the middle of a response, when it is longer than the request or the profile allows, or when
 * the backend refuses it as too long: the model writes a summary, which becomes an item of the output, and the answer is
 * made from it. Later requests go on from there, since the translation leaves out what the item stands for.
 */
@Injectable()
export class ContextCompaction {
  constructor(
    private readonly counter: TokenCounter,
    private readonly sealer: Sealer,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
  ) {}

  /** Gives the chunks of the answer, after a compaction where one is due. */
  answer(task: AnswerTask): Observable<ChatChunk[]> {
    const { translation, ask } = task;
    const { threshold, onOverflow } = translation.compaction;
    if (threshold === undefined && !onOverflow) return ask(translation);
    const split = this.split(task);
    if (!split.isWorthIt) return ask(translation);

    // An empty answer may be asked for again: the conversation is compacted by then.
    let compacted: Translation | undefined;
    const compactFirst = (): Observable<ChatChunk[]> =>
      this.compact(task, split).pipe(
        concatMap((made) => {
          // There are no chunks, so what there is so far is told, the compaction among it.
          if (made === undefined) return of([]);
          compacted = made;
          return concat(of([]), ask(made));
        }),
      );
    return defer(() => {
      if (compacted !== undefined) return ask(compacted);
      return this.isTooLong(task).pipe(
        switchMap((tooLong) =>
          tooLong ? compactFirst() : this.unlessRefused(task, onOverflow, compactFirst),
        ),
      );
    });
  }

  private unlessRefused(
    { ask, translation }: AnswerTask,
    onOverflow: boolean,
    compactFirst: () => Observable<ChatChunk[]>,
  ): Observable<ChatChunk[]> {
    const answer = ask(translation);
    if (!onOverflow) return answer;
    return recover(answer, (error, hasBegun) => {
      if (hasBegun || !isOverflow(error)) throw error;
      return compactFirst();
    });
  }

  private split({ request, call }: AnswerTask): SplitConversation {
    const items: InputItem[] = [...(call.history ?? []), ...inputItems(request)];
    return splitConversation(items, (sealed) => this.sealer.open('compaction', sealed));
  }

  private isTooLong({ translation, call }: AnswerTask): Observable<boolean> {
    const { backendRequest, compaction, target } = translation;
    const { threshold } = compaction;
    const estimated = estimateInputTokens(backendRequest);
    if (threshold === undefined || estimated * MOST_TOKENS_PER_ESTIMATED < threshold)
      return of(false);
    return new Observable<TokenCount | undefined>((subscriber) => {
      const left = new Subject<void>();
      const counting = from(
        this.counter.count(backendRequest, target.backend, call, left),
      ).subscribe(subscriber);
      return () => {
        counting.unsubscribe();
        left.next();
      };
    }).pipe(map((counted) => (counted?.tokens ?? estimated) > threshold));
  }

  /** Emits the translation to go on with. Undefined before it opens the stream: the summary has begun. */
  private compact(
    task: AnswerTask,
    split: SplitConversation,
    attempt = 0,
  ): Observable<Translation | undefined> {
    const asked = task.translate(inlineSummaryRequest(task.request));
    const part = PARTS[attempt] ?? 1;
    let response: ResponseResource | undefined;
    const opening = translateEvents(task.ask(shortenedTo(part, asked)), asked, silent).pipe(
      tap((events) => {
        response = foldEvents(response, events);
      }),
      filter((_events, index) => index === 0),
      map(() => undefined),
    );
    const made = defer(() => {
      if (asked.stream.failure !== undefined) throw asked.stream.failure;
      if (part < 1) task.translation.answerWarnings.add(...partWarning);
      return of(this.goOn(task, split, response));
    });
    return concat(opening, made).pipe(
      catchError((error: unknown) => {
        if (!isOverflow(error) || attempt + 1 >= PARTS.length) throw error;
        return this.compact(task, split, attempt + 1);
      }),
    );
  }

  /** Without a summary the conversation goes on as it is: most likely it still fits. */
  private goOn(
    { translation }: AnswerTask,
    { before, after }: SplitConversation,
    response: ResponseResource | undefined,
  ): Translation {
    const summary = response === undefined ? emptyAnswer() : readSummary(response);
    if (summary instanceof ApiError) {
      const message = `${summary.message} The conversation was not compacted.`;
      translation.answerWarnings.add('compaction_failed', null, message);
      return translation;
    }
    const { threshold = MAX_KEPT_CHARACTERS } = translation.compaction;
    // A character is a quarter of a token: at most a quarter of what the window may have.
    const kept = latestUserMessages(before, Math.min(MAX_KEPT_CHARACTERS, threshold));
    const window = { summary, before: kept, after: latestUserMessages(after, Infinity) };
    const item: CompactionItem = {
      type: 'compaction',
      id: this.ids.next('cmp'),
      status: 'completed',
      encrypted_content: this.sealer.seal('compaction', encodeWindow(window)),
    };
    translation.stream.insertCompaction(item, response?.usage ?? null);
    return translation.continueWith(item);
  }
}

const silent = { openAfterMs: 0, heartbeatMs: 0 };

const partWarning = [
  'conversation_truncated',
  null,
  'The conversation was too long to be summarised whole: long outputs of tools were cut, and old rounds left out.',
] as const;

function shortenedTo(part: number, asked: Translation): Translation {
  if (part === 1) return asked;
  const { backendRequest } = asked;
  const fitted = fitRequest(backendRequest, estimateInputTokens(backendRequest) * part);
  return { ...asked, backendRequest: fitted };
}

function isOverflow(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'context_length_exceeded';
}
