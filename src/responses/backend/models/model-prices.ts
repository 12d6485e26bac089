import type { ModelPrices } from '../../../common/caller-account.port.js';
import type { BackendTarget } from '../backend.js';

/** Backends that tell prices in their model lists tell them in it. */
const LISTED_CURRENCY = 'USD';

/**
 * Gives what a model costs in this currency: what the profile says, else what the backend's list does; undefined where neither has
 * a price.
 */
export function pricesOf(
  { backend, model }: Pick<BackendTarget, 'backend' | 'model'>,
  currency: string,
): ModelPrices | undefined {
  const { prices } = backend.dialects.profileOf(model);
  if (prices !== undefined) return { ...prices, cachedInput: prices.cachedInput ?? prices.input };
  if (currency !== LISTED_CURRENCY) return undefined;
  const { inputPrice: input, outputPrice: output } = backend.catalog.entryOf(model) ?? {};
  if (input === undefined || output === undefined) return undefined;
  return { input, output, cachedInput: input };
}
