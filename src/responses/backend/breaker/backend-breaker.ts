import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../common/clock.js';
import { told } from '../../../common/describe-value.js';
import type { Settings } from '../../../config/settings.js';
import type { BackendMetrics, BreakerPosition } from '../../../metrics/backend.metrics.js';
import type { BreakerState } from './breaker-state.port.js';
import type { CallWatch } from './breaker-call.js';
import { Circuit } from './circuit.js';
import { isHostFault } from './is-backend-fault.js';

/** Names come from clients; the model that was not called for the longest time makes room. */
const maxModels = 1_000;

/**
 * Stands in front of the backend as a circuit breaker: one circuit for its host, which counts connections that fail, and one for
 * each model, which counts bad answers. A host of many models always has a cold one; the others are served.
 */
export class BackendBreaker implements BreakerState {
  private readonly logger = new Logger(BackendBreaker.name);
  private readonly host: Circuit;
  private readonly models = new LRUCache<string, Circuit>({ max: maxModels });
  private readonly options: Settings['backend']['breaker'];

  constructor(
    settings: Pick<Settings, 'backend'>,
    private readonly clock: Clock,
    private readonly metrics: BackendMetrics,
  ) {
    this.options = settings.backend.breaker;
    this.host = this.circuitOf('the backend');
  }

  get enabled(): boolean {
    return this.options.enabled;
  }

  /** Tells that nothing can be tried: the host is not reached, or every model that was called lately is refused. */
  get isOpen(): boolean {
    return this.host.isOpen || this.every(({ isOpen }) => isOpen);
  }

  get consecutiveFailures(): number {
    const circuits = [this.host, ...this.models.values()];
    return Math.max(...circuits.map(({ consecutiveFailures }) => consecutiveFailures));
  }

  /** Tells that a call would be refused now. */
  isRefusing(model: string): boolean {
    return this.host.isRefusing || this.models.get(model)?.isRefusing === true;
  }

  isOpenFor(model: string): boolean {
    return this.host.isOpen || this.models.get(model)?.isOpen === true;
  }

  /**
   * Begins a call, and wants to be told what becomes of it.
   * @throws ApiError 503 with Retry-After while a circuit is open, or while another call tries it.
   */
  begin(model: string): CallWatch {
    if (!this.enabled) return ignored;
    const host = this.host.begin();
    try {
      return joined(host, this.ofModel(model).begin());
    } catch (error) {
      host.abandoned();
      throw error;
    }
  }

  private ofModel(model: string): Circuit {
    const known = this.models.get(model);
    if (known !== undefined) return known;
    const circuit = this.circuitOf(`the model '${told(model)}'`);
    this.models.set(model, circuit);
    return circuit;
  }

  private circuitOf(what: string): Circuit {
    return new Circuit(this.options, this.clock, {
      opened: () => {
        this.metrics.breakerOpened();
      },
      refused: () => {
        this.metrics.callSuspended();
      },
      changed: (state, failures) => {
        this.logger.warn(`Circuit breaker of ${what}: ${state}, ${failures} failures in a row`);
      },
    });
  }

  private every(test: (circuit: Circuit) => boolean): boolean {
    return this.models.size > 0 && [...this.models.values()].every(test);
  }

  get position(): BreakerPosition {
    if (this.isOpen) return 'open';
    if (this.host.position !== 'closed') return 'half_open';
    return this.every(({ position }) => position !== 'closed') ? 'half_open' : 'closed';
  }
}

const nothing = (): void => undefined;
const ignored: CallWatch = {
  answered: nothing,
  ended: nothing,
  failed: nothing,
  abandoned: nothing,
};

/** A connection that failed says nothing of the model, and an answer, however bad, shows that the host is there. */
function joined(host: CallWatch, model: CallWatch): CallWatch {
  return {
    answered: () => {
      host.answered();
      model.answered();
    },
    ended: () => {
      host.ended();
      model.ended();
    },
    failed: (error) => {
      if (isHostFault(error)) {
        host.failed(error);
        model.abandoned();
        return;
      }
      host.ended();
      model.failed(error);
    },
    abandoned: () => {
      host.abandoned();
      model.abandoned();
    },
  };
}
