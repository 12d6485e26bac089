import { asRecord } from '../../../common/json.js';
import type { RouteEntry } from './backends-file.schema.js';
import type { CheckedFile } from '../../../common/checked-file.js';

/** Finds what no schema can say of the routes. A route whose form is wrong is `undefined`, and is left out. */
export function checkRoutes(
  routes: readonly (RouteEntry | undefined)[],
  backends: object,
  file: CheckedFile,
): void {
  const seen = new Set<string>();
  for (const [index, route] of routes.entries()) {
    if (route === undefined) continue;
    const { model, to } = route;
    const path = ['routes', index];
    if (seen.has(model.toLowerCase())) file.add([...path, 'model'], 'has a route above');
    seen.add(model.toLowerCase());
    for (const [place, { backend }] of to.entries()) {
      if (!Object.hasOwn(backends, backend)) {
        file.add([...path, 'to', place], 'names a backend that is not in backends');
      }
    }
    const isPassed = ({ backend }: RouteEntry['to'][number]): boolean =>
      asRecord(asRecord(backends)?.[backend])?.passthrough === true;
    if (to.some(isPassed) && !to.every(isPassed)) {
      file.add([...path, 'to'], 'must have passthrough at each backend, or at none');
    }
    const weighed = to.filter(({ weight }) => weight !== undefined);
    if (weighed.length > 0 && weighed.length < to.length) {
      file.add([...path, 'to'], 'must have a weight for each target, or for none');
    }
  }
}
