import { isDeepStrictEqual } from 'node:util';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { checksKeys } from '../../../common/api-key.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { BackendMetrics, type BreakerPosition } from '../../../metrics/backend.metrics.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import type { Backend, BackendTarget } from '../backend.js';
import { BackendFactory } from '../backend-factory.service.js';
import { BACKEND_DIALECT } from '../dialects/resolve-dialect.js';
import type { BackendStates } from '../breaker/breaker-state.port.js';
import { allowedModels } from '../models/allowed-models.js';
import { modelNotFoundMessage } from '../models/model-not-found-message.js';
import { checkVision } from '../profiles/check-vision.js';
import { BACKEND_PROFILES, type BackendProfiles } from '../profiles/read-profiles.js';
import { canBeTried } from './can-be-tried.js';
import { readBackendsFile } from './read-backends-file.js';
import { planRoute, type RoutedRequest, type RoutePlan, type Routing } from './route-plan.js';
import { firstTarget, routedModels, type ListedEntry, type RoutedModel } from './routed-models.js';
import { Routes } from './routing-table.js';

/** One target needs no limits, since it has its own. */
const noFallback = { attempts: 1, timeoutMs: Infinity, longestWaitMs: 0 };

/** Holds the backends of this service, and says which of them serves a model. Whoever calls a backend asks here for it. */
@Injectable()
export class Backends
  implements BackendStates, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown
{
  private readonly logger = new Logger(Backends.name);
  private routing: Routing;
  /** It is that of the file in force, as `stateOfFile` tells it. */
  fileState: string | undefined;
  /** Answers that run may still be on these, which a newer file has no more. */
  private readonly replaced = new Set<Backend>();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(BACKEND_DIALECT) dialect: BackendDialect,
    @Inject(BACKEND_PROFILES) private readonly profiles: BackendProfiles,
    private readonly factory: BackendFactory,
    metrics: BackendMetrics,
  ) {
    const { file } = settings.routing;
    this.routing =
      file === undefined
        ? onlyBackend(factory.build(settings, dialect, profiles))
        : this.routingOf(file, new Map());
    metrics.observeBreaker(() => this.position);
    metrics.observeBreakers(() => this.all.map(({ name, breaker }) => [name, breaker.position]));
  }

  get all(): readonly Backend[] {
    return [...this.routing.backends.values()];
  }

  /** Tells that a file names the backends, so that there may be several. */
  get areSeveral(): boolean {
    return this.settings.routing.file !== undefined;
  }

  /** Gives the one of BACKEND_URL; of several it is the first. */
  get main(): Backend {
    const [first] = this.all;
    if (first === undefined) throw new Error('There is no backend.');
    return first;
  }

  /** @throws ApiError 404 where no route takes the model; 401 where it needs a key and the client sent none. */
  plan(request: RoutedRequest): RoutePlan {
    const { model, caller } = request;
    return planRoute(this.routing, request, () => this.notFoundMessage(model, caller.models) ?? '');
  }

  /** Who is asked first for a model, as far as its name alone tells. */
  firstTarget(model: string): Pick<BackendTarget, 'backend' | 'model'> | undefined {
    return firstTarget(this.routing, model);
  }

  /** Lists the models that can be asked for. @param listed what a backend lists, by its name; else its public list. */
  models(listed?: ReadonlyMap<string, readonly ListedEntry[]>): RoutedModel[] {
    return routedModels(this.routing, listed);
  }

  /** The text for a 404; undefined when no list is known, or the model is listed and the 404 means something else. */
  notFoundMessage(name: string, allowed?: readonly string[]): string | undefined {
    if (!this.areSeveral) return this.main.catalog.notFoundMessage(name, allowed);
    const models = this.models();
    if (models.some(({ id }) => id.toLowerCase() === name.toLowerCase())) return undefined;
    return modelNotFoundMessage(name, allowedModels(models, allowed));
  }

  /**
   * Puts the file as it now stands in force, for requests that begin from now on; those under way keep the backends that they
   * have. A backend whose entry is as before stays, with its connections, circuit breaker and model list.
   * @throws EnvironmentError with every problem of the file. All stays as it was then.
   */
  reload(): void {
    const { file } = this.settings.routing;
    if (file === undefined) return;
    const before = this.all;
    this.routing = this.routingOf(file, this.routing.backends);
    const after = this.all;
    for (const one of this.replaced) if (one.http.isIdle) this.replaced.delete(one);
    for (const backend of before.filter((one) => !after.includes(one))) {
      backend.catalog.stop();
      this.replaced.add(backend);
    }
    for (const { catalog } of after.filter((one) => !before.includes(one))) void catalog.refresh();
    this.warnOfOpenKeys();
  }

  /** Reads every model list now. It never rejects. */
  async refreshModels(): Promise<void> {
    await Promise.all(this.all.map(({ catalog }) => catalog.refresh()));
  }

  get enabled(): boolean {
    return this.all.some(({ breaker }) => breaker.enabled);
  }

  /** Nothing can be tried: no target of any route. */
  get isOpen(): boolean {
    return !canBeTried(this.routing);
  }

  get consecutiveFailures(): number {
    return Math.max(...this.all.map(({ breaker }) => breaker.consecutiveFailures));
  }

  get states(): BackendStates['states'] {
    if (!this.areSeveral) return undefined;
    return Object.fromEntries(
      this.all.map(({ name, breaker: { isOpen, consecutiveFailures } }) => [
        name,
        { isOpen, consecutiveFailures },
      ]),
    );
  }

  onApplicationBootstrap(): void {
    this.warnOfOpenKeys();
    void this.refreshModels();
  }

  onModuleDestroy(): void {
    for (const { catalog } of this.all) catalog.stop();
  }

  /** The HTTP server is closed by now, so nobody reads what may still be open. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.all, ...this.replaced].map(({ http }) => http.close()));
  }

  /** Not refused: in a network that is private by other means this is what an operator may want. */
  private warnOfOpenKeys(): void {
    const { access } = this.settings;
    const holders = this.all.filter(({ settings }) => settings.backend.apiKey !== undefined);
    if (checksKeys(access) || holders.length === 0) return;
    const names = holders.map(({ name }) => name).join(', ');
    this.logger.warn(
      `Neither PROXY_API_KEYS nor CALLERS_FILE is set: whoever reaches this service uses the keys of ${names} in BACKENDS_FILE.`,
    );
  }

  private routingOf(file: string, known: Routing['backends']): Routing {
    const { backends, routes, fallback, state } = readBackendsFile(
      file,
      this.settings,
      this.factory.presets,
    );
    checkVision(this.profiles, [...backends.keys()]);
    const built = [...backends].map(([name, backend]) => {
      const same = known.get(name);
      return same !== undefined && isDeepStrictEqual(same.settings.backend, backend)
        ? ([name, same] as const)
        : ([name, this.factory.of({ ...this.settings, backend })] as const);
    });
    this.fileState = state;
    return { backends: new Map(built), routes: new Routes(routes), limits: fallback };
  }

  private get position(): BreakerPosition {
    if (this.isOpen) return 'open';
    const isShut = this.all.every(({ breaker }) => breaker.position !== 'closed');
    return isShut ? 'half_open' : 'closed';
  }
}

function onlyBackend(backend: Backend): Routing {
  const { name } = backend;
  return {
    backends: new Map([[name, backend]]),
    routes: new Routes([{ model: '*', to: [{ backend: name }] }]),
    limits: noFallback,
  };
}
