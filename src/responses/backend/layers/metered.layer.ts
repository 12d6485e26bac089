import { Observable, type Subscription } from 'rxjs';
import type { OpenCall } from '../../../common/caller-account.port.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import { estimateInputTokens } from '../../translator/estimate-tokens.js';
import { pricesOf } from '../models/model-prices.js';
import type { BackendLayer } from './backend-layer.js';
import { expectedTokens, UsedTokensReader } from './used-tokens.js';

/**
 * Has what a call uses written into the books of its caller: about so much when it begins, so that calls at the same time know of
 * each other, and what it was when it is over, however it ends. It stands outside of the retries, which are one call.
 */
export function meteredLayer(): BackendLayer {
  return (next) => ({
    stream: (request, context) => {
      const { account, backend } = context;
      if (account === undefined) return next.stream(request, context);
      return new Observable<ChatChunk[]>((subscriber) => {
        const input = estimateInputTokens(request);
        const reader = new UsedTokensReader(input);
        let call: OpenCall | undefined;
        let answer: Subscription | undefined;
        const begin = (opened: OpenCall): void => {
          call = opened;
          if (subscriber.closed) {
            call.settle(reader.used);
            return;
          }
          answer = next.stream(request, context).subscribe({
            next: (chunks) => {
              reader.read(chunks);
              subscriber.next(chunks);
            },
            error: (error: unknown) => {
              subscriber.error(error);
            },
            complete: () => {
              subscriber.complete();
            },
          });
        };
        try {
          const prices = pricesOf({ backend, model: request.model }, account.currency);
          const opening = account.open(expectedTokens(input, { ...request }), prices);
          if (opening instanceof Promise)
            opening.then(begin).catch((error: unknown) => {
              subscriber.error(error);
            });
          else begin(opening);
        } catch (error) {
          subscriber.error(error);
        }
        return () => {
          answer?.unsubscribe();
          call?.settle(reader.used);
        };
      });
    },
  });
}
