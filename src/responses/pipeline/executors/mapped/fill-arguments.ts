import { isRecord, type JsonRecord } from '../../../../common/json.js';

/**
 * Puts values into arguments as the operator wrote them: `$query` is the value of that name, whatever its type, and `$filters.type`
 * lies in one. A field whose value is not there is left out; `$$` at the beginning is a dollar.
 */
export function fillArguments(template: unknown, values: JsonRecord): unknown {
  if (typeof template === 'string') {
    if (template.startsWith('$$')) return template.slice(1);
    return template.startsWith('$') ? valueAt(values, template.slice(1)) : template;
  }
  if (Array.isArray(template)) {
    return template
      .map((entry) => fillArguments(entry, values))
      .filter((entry) => entry !== undefined);
  }
  if (!isRecord(template)) return template;
  const filled = Object.entries(template).map(([name, entry]) => [
    name,
    fillArguments(entry, values),
  ]);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
}

/** Gives what stands at a path such as `body.text` or `hits.0`; undefined where nothing or null does. */
export function valueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = (found as JsonRecord)[name];
  }
  return found ?? undefined;
}
