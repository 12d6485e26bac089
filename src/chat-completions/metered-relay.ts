import type { CallerAccount, OpenCall } from '../common/caller-account.port.js';
import { asRecord, parseJson, type JsonRecord } from '../common/json.js';
import type { RequestOutcome } from '../logging/request-outcome.js';
import type { BackendTarget } from '../responses/backend/backend.js';
import { expectedTokens } from '../responses/backend/layers/used-tokens.js';
import { pricesOf } from '../responses/backend/models/model-prices.js';
import type { RoutePlan } from '../responses/backend/routes/route-plan.js';
import type { BackendListener } from '../responses/backend/wire/backend-exchange.js';
import { estimateTextTokens } from '../responses/translator/estimate-tokens.js';
import { RelayedUsage } from './relayed-usage.js';

type BodyFor = (target: BackendTarget) => Buffer;

/** Has what a relayed request uses written into the books of its caller, as `meteredLayer` does for those that are translated. */
export class MeteredRelay {
  private target: BackendTarget;

  private constructor(
    private readonly account: CallerAccount,
    private readonly call: OpenCall,
    private readonly usage: RelayedUsage,
    private readonly plain: BodyFor,
    first: BackendTarget,
  ) {
    this.target = first;
  }

  /** Reserves what the first target may use. Rejects with ApiError 429 where a limit of the caller is reached. */
  static async open(
    account: CallerAccount,
    { targets: [first] }: RoutePlan,
    bodyFor: BodyFor,
    outcome: RequestOutcome,
  ): Promise<MeteredRelay> {
    const bytes = bodyFor(first);
    const body = read(bytes);
    const input = estimateTextTokens(bytes.length);
    const prices = pricesOf(first, account.currency);
    const call = await account.open(expectedTokens(input, body), prices);
    const isAskedFor = body.stream === true && asksForUsage(body);
    const usage = new RelayedUsage(input, isAskedFor, (told) => {
      outcome.usage = told;
    });
    return new MeteredRelay(account, call, usage, bodyFor, first);
  }

  /** Asks a stream for its usage. Everything else goes on as it is. */
  readonly bodyFor: BodyFor = (target) => {
    this.target = target;
    const bytes = this.plain(target);
    const body = read(bytes);
    const takesIt = target.backend.dialects.forModel(target.model).includeUsage;
    if (body.stream !== true || asksForUsage(body) || !takesIt) return bytes;
    const stream_options = { ...asRecord(body.stream_options), include_usage: true };
    return Buffer.from(JSON.stringify({ ...body, stream_options }));
  };

  /** Stands between the answer and who reads it. */
  watch(listener: BackendListener): BackendListener {
    return this.usage.watch(listener);
  }

  settle(): void {
    this.call.settle(this.usage.used, pricesOf(this.target, this.account.currency));
  }
}

function read(bytes: Buffer): JsonRecord {
  return asRecord(parseJson(bytes.toString('utf8'))) ?? {};
}

function asksForUsage({ stream_options }: JsonRecord): boolean {
  return asRecord(stream_options)?.include_usage === true;
}
