import type { ModelEntry } from './model-entry.js';

const listed = 20;

/** Words a 404 so that it says what there is instead, and a typing error is found without another request. */
export function modelNotFoundMessage(name: string, models: readonly ModelEntry[]): string {
  const lines = models.slice(0, listed).map((model) => `  • ${model.id}${priceSuffix(model)}`);
  const more = models.length - lines.length;
  if (more > 0) lines.push(`  ...and ${more} more models.`);
  const missing = `Model '${name.slice(0, 200)}' not found.`;
  if (lines.length === 0) return missing;
  return [missing, '', 'Available models:', ...lines].join('\n');
}

function priceSuffix({ inputPrice, outputPrice }: ModelEntry): string {
  const prices = [
    ...(inputPrice === undefined ? [] : [`input $${inputPrice.toFixed(4)}`]),
    ...(outputPrice === undefined ? [] : [`output $${outputPrice.toFixed(4)}`]),
  ];
  return prices.length === 0 ? '' : ` (${prices.join(', ')} per 1M tokens)`;
}
