import type { RouteEntry } from './backends-file.schema.js';
import type { Routing } from './route-plan.js';

/** Tells whether any target of any route may be called now, as far as the circuit breakers know. */
export function canBeTried({ backends, routes }: Routing): boolean {
  return routes.all.some((route) =>
    route.to.some((target) => {
      const backend = backends.get(target.backend);
      if (backend === undefined) return false;
      const model = nameOf(route, target.model);
      return model === undefined
        ? !backend.breaker.isOpen
        : !backend.breaker.isOpenFor(backend.catalog.resolve(model));
    }),
  );
}

/** Gives the model of a target where it does not depend on the name that is asked for. */
function nameOf({ model }: RouteEntry, target: string | undefined): string | undefined {
  if (target !== undefined && !target.includes('$0')) return target;
  if (model.endsWith('*')) return undefined;
  return target?.replaceAll('$0', () => model) ?? model;
}
