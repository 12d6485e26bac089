import type { ResponseStore } from './response-store.port.js';
import type { StoreMonitor } from './store-monitor.service.js';

/** Gives the same store, every call of which goes through the monitor. */
export function guardStore(store: ResponseStore, monitor: StoreMonitor): ResponseStore {
  return {
    kind: store.kind,
    keepsState: store.keepsState,
    risks: store.risks ?? [],
    responses: guard(store.responses, 'responses', monitor),
    conversations: guard(store.conversations, 'conversations', monitor),
    runs: guard(store.runs, 'runs', monitor),
    counters: guard(store.counters, 'counters', monitor),
    ...(store.files && { files: guard(store.files, 'files', monitor) }),
    ping: () => monitor.watch('ping', () => store.ping()),
    sweep: () => monitor.watch('sweep', () => store.sweep()),
    close: () => store.close(),
  };
}

type AsyncMethod = (...values: unknown[]) => Promise<unknown>;

/** All that is called on these are methods that give promises: see the ports. */
function guard<Part extends object>(part: Part, name: string, monitor: StoreMonitor): Part {
  return new Proxy(part, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== 'function') return member;
      const method = member.bind(target) as AsyncMethod;
      const operation = `${name}.${String(property)}`;
      return (...values: unknown[]) => monitor.watch(operation, () => method(...values));
    },
  });
}
