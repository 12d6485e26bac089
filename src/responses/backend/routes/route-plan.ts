import { told } from '../../../common/describe-value.js';
import { missingApiKey, modelNotFound } from '../../../common/error-table.js';
import { needsClientKey } from '../../../common/api-key.js';
import type { Backend, BackendTarget } from '../backend.js';
import type { Caller } from '../calls/caller.js';
import { mayAskFor } from '../models/allowed-models.js';
import { rendezvous } from './rendezvous.js';
import { modelAt, type FallbackLimits, type Routes } from './routing-table.js';
import type { RouteEntry } from './backends-file.schema.js';

/** Where one request goes, in this order; the next target is for when the one before it failed. */
export interface RoutePlan {
  targets: readonly [BackendTarget, ...BackendTarget[]];
  limits: FallbackLimits;
  onContextOverflow: boolean;
  /** The same for all turns of a conversation, on every replica. Read only where weights or a session hint need it. */
  conversation: () => string;
}

/** What a request is routed by. */
export interface RoutedRequest {
  /** As the client wrote it. */
  model: string;
  /** Goes before the routes. */
  backend?: string | undefined;
  caller: Caller;
  conversation: RoutePlan['conversation'];
}

/** Backends and routes as they are in force together; a new file makes a new one. */
export interface Routing {
  backends: ReadonlyMap<string, Backend>;
  routes: Routes;
  limits: FallbackLimits;
}

/**
 * Gives the targets of a request: in the order of the route or by weight, those first that can be tried now.
 * @throws ApiError 404 where no route takes the model; 401 where every target needs a key that the client did not send.
 */
export function planRoute(
  { backends, routes, limits }: Routing,
  request: RoutedRequest,
  notFound: () => string,
): RoutePlan {
  if (!mayAskFor(request.model, request.caller.models)) {
    const name = told(request.model);
    throw modelNotFound(`The model '${name}' does not exist or you do not have access to it.`);
  }
  const route = routeOf(request, backends, routes);
  if (route === undefined) throw modelNotFound(notFound());
  const targets = inOrder(route, request).flatMap(({ backend: name, model }) => {
    const backend = backends.get(name);
    if (backend === undefined) return [];
    const asked = modelAt(
      { backend: name, ...(model === undefined ? {} : { model }) },
      request.model,
    );
    return [{ backend, model: backend.catalog.resolve(asked), isAlias: model !== undefined }];
  });
  const allowed = targets.filter(
    ({ backend }) => request.caller.clientKey !== undefined || !needsClientKey(backend.settings),
  );
  const ready = allowed.filter(isReady);
  const [first, ...others] = [...ready, ...allowed.filter((target) => !isReady(target))];
  if (first === undefined) throw missingApiKey();
  return {
    targets: [first, ...others],
    limits,
    onContextOverflow: route.onContextOverflow ?? false,
    conversation: request.conversation,
  };
}

function routeOf(
  { model, backend }: RoutedRequest,
  backends: Routing['backends'],
  routes: Routes,
): RouteEntry | undefined {
  if (backend === undefined) return routes.find(model);
  return backends.has(backend) ? { model, to: [{ backend }] } : undefined;
}

function inOrder({ to }: RouteEntry, { conversation }: RoutedRequest): RouteEntry['to'] {
  if (to.length < 2 || to.every(({ weight }) => weight === undefined)) return to;
  const weighed = to.map((target) => ({
    ...target,
    weight: target.weight ?? 1,
    name: JSON.stringify([target.backend, target.model ?? null]),
  }));
  return rendezvous(weighed, conversation());
}

function isReady({ backend, model }: BackendTarget): boolean {
  return !backend.breaker.isRefusing(model) && !backend.places.isFull;
}

/** Leaves out the targets that have been given up. */
export function planFrom(plan: RoutePlan, target: BackendTarget): RoutePlan {
  const at = Math.max(0, plan.targets.indexOf(target));
  return { ...plan, targets: [target, ...plan.targets.slice(at + 1)] };
}

/** Leaves one target, for what may go nowhere else. */
export function onlyTarget(plan: RoutePlan, target: BackendTarget): RoutePlan {
  return { ...plan, targets: [target] };
}
