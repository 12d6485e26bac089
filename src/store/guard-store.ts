import type { ResponseStore } from './response-store.port.js';
import type { StoreMonitor } from './store-monitor.service.js';

/** Gives the same store, every call of which goes through the monitor. */
export function guardStore(store: ResponseStore, monitor: StoreMonitor): ResponseStore {
  const watch: Watch = (operation, call) => monitor.watch(operation, call, store.waitsForNothing);
  return {
    kind: store.kind,
    keepsState: store.keepsState,
    risks: store.risks ?? [],
    responses: guard(store.responses, 'responses', watch),
    conversations: guard(store.conversations, 'conversations', watch),
    runs: guard(store.runs, 'runs', watch),
    counters: guard(store.counters, 'counters', watch),
    ...(store.files && { files: guard(store.files, 'files', watch) }),
    ping: () => monitor.watch('ping', () => store.ping()),
    sweep: () => monitor.watch('sweep', () => store.sweep()),
    close: () => store.close(),
  };
}

type Watch = <Value>(operation: string, call: () => Promise<Value>) => Promise<Value>;
type AsyncMethod = (...values: unknown[]) => Promise<unknown>;

/** All that is called on these are methods that give promises: see the ports. Each is made once, as two are called per response. */
function guard<Part extends object>(part: Part, name: string, watch: Watch): Part {
  const guarded = new Map<string | symbol, AsyncMethod>();
  return new Proxy(part, {
    get(target, property) {
      const known = guarded.get(property);
      if (known !== undefined) return known;
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== 'function') return member;
      const method = member.bind(target) as AsyncMethod;
      const operation = `${name}.${String(property)}`;
      const watched: AsyncMethod = (...values) => watch(operation, () => method(...values));
      guarded.set(property, watched);
      return watched;
    },
  });
}
