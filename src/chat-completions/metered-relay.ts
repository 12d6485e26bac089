import type { CallerAccount, OpenCall } from '../common/caller-account.port.js';
import type { BackendApi } from '../config/backend-url.js';
import { asRecord, parseJson, type JsonRecord } from '../common/json.js';
import type { RequestOutcome } from '../logging/request-outcome.js';
import { dialectFor } from '../responses/backend/dialect-for.js';
import type { BackendTarget } from '../responses/backend/backend.js';
import { expectedTokens } from '../responses/backend/layers/used-tokens.js';
import { pricesOf } from '../responses/backend/models/model-prices.js';
import type { BackendListener } from '../responses/backend/wire/backend-exchange.js';
import { estimateTextTokens } from '../responses/translator/estimate-tokens.js';
import type { RelayedRequest } from './relayed-request.js';
import { RelayedUsage } from './relayed-usage.js';

type BodyFor = RelayedRequest['bodyFor'];

/** The body of a request as a target is to have it, which takes time to make and to read. */
interface MadeBody {
  target: BackendTarget;
  bytes: Buffer;
  fields: JsonRecord;
}

/** Has what a relayed request uses written into the books of its caller, as `meteredLayer` does for those that are translated. */
export class MeteredRelay {
  private constructor(
    private readonly account: CallerAccount,
    private readonly call: OpenCall,
    private readonly usage: RelayedUsage,
    private readonly api: BackendApi,
    private readonly plain: BodyFor,
    /** The last one. */
    private made: MadeBody,
  ) {}

  /** Reserves what the first target may use. Rejects with ApiError 429 where a limit of the caller is reached. */
  static async open(
    account: CallerAccount,
    { plan, api, bodyFor }: RelayedRequest,
    outcome: RequestOutcome,
  ): Promise<MeteredRelay> {
    const [first] = plan.targets;
    const made = make(first, bodyFor);
    const input = estimateTextTokens(made.bytes.length);
    const prices = pricesOf(first, account.currency);
    const call = await account.open(expectedTokens(input, made.fields), prices);
    const isAskedFor = made.fields.stream === true && asksForUsage(made.fields);
    const usage = new RelayedUsage(input, isAskedFor, (told) => {
      outcome.usage = told;
    });
    return new MeteredRelay(account, call, usage, api, bodyFor, made);
  }

  /** Asks a stream of chat for its usage, which Responses tell at their end. Everything else goes on as it is. */
  readonly bodyFor: BodyFor = (target) => {
    if (target !== this.made.target) this.made = make(target, this.plain);
    const { bytes, fields } = this.made;
    const takesIt = dialectFor(target, true).includeUsage;
    if (this.api === 'responses' || fields.stream !== true || asksForUsage(fields) || !takesIt)
      return bytes;
    const stream_options = { ...asRecord(fields.stream_options), include_usage: true };
    return Buffer.from(JSON.stringify({ ...fields, stream_options }));
  };

  /** Stands between the answer and who reads it. */
  watch(listener: BackendListener): BackendListener {
    return this.usage.watch(listener);
  }

  settle(): void {
    this.call.settle(this.usage.used, pricesOf(this.made.target, this.account.currency));
  }
}

function make(target: BackendTarget, bodyFor: BodyFor): MadeBody {
  const bytes = bodyFor(target);
  return { target, bytes, fields: asRecord(parseJson(bytes.toString('utf8'))) ?? {} };
}

function asksForUsage({ stream_options }: JsonRecord): boolean {
  return asRecord(stream_options)?.include_usage === true;
}
