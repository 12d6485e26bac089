import { ModelNames } from './model-names.js';

/** Gives the models that a caller may ask for, by the names that it may send: all of them where `allowed` is not said. */
export function allowedModels<Model extends { id: string }>(
  models: readonly Model[],
  allowed: readonly string[] | undefined,
): readonly Model[] {
  if (allowed === undefined) return models;
  const byName = new Map(models.map((model) => [model.id, model]));
  const names = new ModelNames(byName.keys());
  return [...new Set(allowed)].flatMap((id) => {
    const model = byName.get(names.find(id) ?? '');
    return model === undefined ? [] : [{ ...model, id }];
  });
}
