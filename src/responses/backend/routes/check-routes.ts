import type { BackendsFile } from './backends-file.schema.js';
import type { CheckedFile } from './checked-file.js';

/** What no schema can say of the routes. */
export function checkRoutes({ backends, routes }: BackendsFile, file: CheckedFile): void {
  const seen = new Set<string>();
  for (const [index, { model, to }] of routes.entries()) {
    const path = ['routes', index];
    if (seen.has(model.toLowerCase())) file.add([...path, 'model'], 'has a route above');
    seen.add(model.toLowerCase());
    for (const [place, { backend }] of to.entries()) {
      if (!Object.hasOwn(backends, backend)) {
        file.add([...path, 'to', place], 'names a backend that is not in backends');
      }
    }
    const weighed = to.filter(({ weight }) => weight !== undefined);
    if (weighed.length > 0 && weighed.length < to.length) {
      file.add([...path, 'to'], 'must have a weight for each target, or for none');
    }
  }
}
