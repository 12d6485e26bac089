import type { JsonRecord } from '../common/json.js';
import type { BackendApi } from '../config/backend-url.js';
import type { BackendTarget } from '../responses/backend/backend.js';
import type { RoutePlan } from '../responses/backend/routes/route-plan.js';
import type { Replacement } from '../responses/backend/wire/byte-replacer.js';

/** Describes a request on its way, whose answer goes back as it comes. */
export interface RelayedRequest {
  plan: RoutePlan;
  /** The client calls the model so. */
  model: string;
  api: BackendApi;
  bodyFor: (target: BackendTarget) => Buffer;
  /** The names of its tools there, and the client's own. */
  names: readonly Replacement[];
}

/** Gives the bytes as they are, unless a route gives the model another name. @param isBound has them written anew: see `routed`. */
export function bodyOf(
  bytes: Buffer,
  body: JsonRecord | undefined,
  { named, isBound }: { named: string; isBound: boolean },
): RelayedRequest['bodyFor'] {
  return ({ model, isAlias }) =>
    body === undefined || !(isAlias || isBound)
      ? bytes
      : Buffer.from(JSON.stringify({ ...body, model: isAlias ? model : named }));
}
