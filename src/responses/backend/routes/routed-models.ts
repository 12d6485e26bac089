import type { Backend, BackendTarget } from '../backend.js';
import type { ModelEntry } from '../models/model-entry.js';
import type { Routing } from './route-plan.js';
import { modelAt } from './routing-table.js';

/** Describes an entry of a backend's list; what stands in it beside the name is carried along. */
export type ListedEntry = Pick<ModelEntry, 'id'>;

/** A model by the name that clients use, with its entry at the backend that is asked first. */
export interface RoutedModel extends ModelEntry {
  backend: Backend;
}

type Lists = ReadonlyMap<string, readonly ListedEntry[]>;

/**
 * What can be asked for: the names that routes write out in full, then what the backends list, as far as a route leads a
 * request of that very name to that backend.
 */
export function routedModels(routing: Routing, lists?: Lists): RoutedModel[] {
  const { backends, routes } = routing;
  const entriesOf = ({ name, catalog }: Backend): readonly ListedEntry[] =>
    lists?.get(name) ?? catalog.entries;
  const models = new Map<string, RoutedModel>();
  for (const alias of routes.aliases) {
    const target = firstTarget(routing, alias);
    if (target === undefined) continue;
    const { backend, model } = target;
    const known = entriesOf(backend).find(({ id }) => id === backend.catalog.resolve(model));
    models.set(alias.toLowerCase(), { ...known, id: alias, backend });
  }
  for (const backend of backends.values()) {
    for (const entry of entriesOf(backend)) {
      const to = routes.find(entry.id)?.to ?? [];
      const leads = to.some((one) => one.backend === backend.name && one.model === undefined);
      if (!leads || models.has(entry.id.toLowerCase())) continue;
      models.set(entry.id.toLowerCase(), { ...entry, backend });
    }
  }
  return [...models.values()];
}

/** Who is asked first for a model, as far as its name alone tells. */
export function firstTarget(
  { backends, routes }: Routing,
  model: string,
): Pick<BackendTarget, 'backend' | 'model'> | undefined {
  const target = routes.find(model)?.to[0];
  const backend = target === undefined ? undefined : backends.get(target.backend);
  if (target === undefined || backend === undefined) return undefined;
  return { backend, model: modelAt(target, model) };
}
