import type { ModelPrices } from '../../../common/caller-account.port.js';
import type { DialectResolver } from '../profiles/dialect-resolver.js';
import type { ModelCatalog } from './model-catalog.js';

/** Backends that tell prices in their model lists tell them in it. */
const LISTED_CURRENCY = 'USD';

/** Names a model of a backend, and what knows prices there. */
interface PricedModel {
  readonly backend: {
    readonly dialects: Pick<DialectResolver, 'profileOf'>;
    readonly catalog: Pick<ModelCatalog, 'entryOf'>;
  };
  readonly model: string;
}

/**
 * Gives what a model costs in this currency: what the profile says, else what the backend's list does; undefined where neither has
 * a price.
 */
export function pricesOf(
  { backend, model }: PricedModel,
  currency: string,
): ModelPrices | undefined {
  const { prices } = backend.dialects.profileOf(model);
  if (prices !== undefined) return { ...prices, cachedInput: prices.cachedInput ?? prices.input };
  if (currency !== LISTED_CURRENCY) return undefined;
  const { inputPrice: input, outputPrice: output } = backend.catalog.entryOf(model) ?? {};
  if (input === undefined || output === undefined) return undefined;
  return { input, output, cachedInput: input };
}
