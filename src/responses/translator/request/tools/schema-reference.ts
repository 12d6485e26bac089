import { isRecord, type JsonRecord } from '../../../../common/json.js';

/** Finds what a reference within the schema points at. Gives undefined for one to nowhere or to the outside. */
export function findReference(root: JsonRecord, reference: unknown): JsonRecord | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined;
  let target: unknown = root;
  for (const step of reference.slice(1).split('/').filter(Boolean)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    target = isRecord(target) && Object.hasOwn(target, name) ? target[name] : undefined;
  }
  return isRecord(target) ? target : undefined;
}
