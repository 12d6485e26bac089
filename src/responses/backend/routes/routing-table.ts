import type { Settings } from '../../../config/settings.js';
import type { RouteEntry, TargetEntry } from './backends-file.schema.js';

/** Bounds what all attempts of one request may take together. */
export interface FallbackLimits {
  /** So many targets are asked at most. */
  attempts: number;
  /** The first byte of an answer is waited for so long. */
  timeoutMs: number;
  /** A 429 that names a longer wait goes to the next target. */
  longestWaitMs: number;
}

/** Holds BACKENDS_FILE as it is read. */
export interface RoutingTable {
  backends: ReadonlyMap<string, Settings['backend']>;
  routes: readonly RouteEntry[];
  fallback: FallbackLimits;
}

/** Finds the route of a model: its own, else that of the longest prefix, else `*`. Case is ignored, as in the catalogue. */
export class Routes {
  private readonly exact = new Map<string, RouteEntry>();
  /** The longest ones come first. */
  private readonly prefixes: readonly (readonly [prefix: string, route: RouteEntry])[];

  constructor(readonly all: readonly RouteEntry[]) {
    for (const route of all) {
      if (!route.model.endsWith('*')) this.exact.set(route.model.toLowerCase(), route);
    }
    this.prefixes = all
      .filter(({ model }) => model.endsWith('*'))
      .map((route) => [route.model.slice(0, -1).toLowerCase(), route] as const)
      .sort(([one], [other]) => other.length - one.length);
  }

  find(model: string): RouteEntry | undefined {
    const name = model.toLowerCase();
    return this.exact.get(name) ?? this.prefixes.find(([prefix]) => name.startsWith(prefix))?.[1];
  }

  /** The names that are written out in full. */
  get aliases(): readonly string[] {
    return [...this.exact.values()].map(({ model }) => model);
  }
}

/** Gives the model's name at a target. The replacement is a function, so that no `$` of the client's name is read as a pattern. */
export function modelAt({ model }: TargetEntry, asked: string): string {
  return model?.replaceAll('$0', () => asked) ?? asked;
}
