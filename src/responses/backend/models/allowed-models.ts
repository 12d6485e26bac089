import { matchesPattern } from '../../../common/matches-pattern.js';
import { ModelNames } from './model-names.js';

/** Tells whether a caller may ask for a model by this name: any where `allowed` is not said. An entry with `*` is a pattern. */
export function mayAskFor(name: string, allowed: readonly string[] | undefined): boolean {
  return (
    allowed === undefined ||
    allowed.includes(name) ||
    allowed.some((entry) => isPattern(entry) && matchesPattern(entry, name))
  );
}

/** Gives the models that a caller may ask for, by the names that it may send: all of them where `allowed` is not said. */
export function allowedModels<Model extends { id: string }>(
  models: readonly Model[],
  allowed: readonly string[] | undefined,
): readonly Model[] {
  if (allowed === undefined) return models;
  const byName = new Map(models.map((model) => [model.id, model]));
  const names = new ModelNames(byName.keys());
  const found = allowed.flatMap((entry) => {
    if (isPattern(entry)) return models.filter(({ id }) => matchesPattern(entry, id));
    const model = byName.get(names.find(entry) ?? '');
    return model === undefined ? [] : [{ ...model, id: entry }];
  });
  return [...new Map(found.map((model) => [model.id, model])).values()];
}

function isPattern(entry: string): boolean {
  return entry.includes('*');
}
