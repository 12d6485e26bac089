import type { JsonRecord } from '../../../../common/json.js';
import { adaptStrictly, type SchemaOptions, type StrictlyAdapted } from './adapt-schema.js';
import { withObjectRoot, withoutRootChoice } from './object-root.js';

/** Gives the parameters of a function as this backend's reader takes them: a schema with an object at its root. */
export function adaptParameters(parameters: JsonRecord, options: SchemaOptions): StrictlyAdapted {
  const root = withoutRootChoice(parameters, options.dialect);
  const { schema, dropped, strict } = adaptStrictly(withObjectRoot(root.schema), options);
  return { schema: withObjectRoot(schema), dropped: [...root.dropped, ...dropped], strict };
}
