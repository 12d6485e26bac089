import { readContextWindow } from './context-window.js';

/** Holds what the proxy knows of one model; prices are in US dollars per million tokens. */
export interface ModelEntry {
  id: string;
  inputPrice?: number;
  outputPrice?: number;
  /** Counts tokens. */
  contextWindow?: number;
}

const maxModels = 10_000;
const maxIdLength = 512;

/**
 * Reads the entries of a `GET /v1/models` body. Gives undefined when it is no list at all, so that an error page does not pass
 * for an empty catalogue. Prices are Chutes' `price.input.usd`, else `pricing.prompt`.
 */
export function readModelList(body: unknown): ModelEntry[] | undefined {
  const list: unknown = Array.isArray(body) ? body : fieldOf(body, 'data');
  if (!Array.isArray(list)) return undefined;
  return list.slice(0, maxModels).flatMap((model: unknown) => {
    const id = fieldOf(model, 'id');
    if (typeof id !== 'string' || id === '' || id.length > maxIdLength) return [];
    const inputPrice = priceOf(model, 'input', 'prompt');
    const outputPrice = priceOf(model, 'output', 'completion');
    const contextWindow = readContextWindow(model);
    return [
      {
        id,
        ...(inputPrice === undefined ? {} : { inputPrice }),
        ...(outputPrice === undefined ? {} : { outputPrice }),
        ...(contextWindow === undefined ? {} : { contextWindow }),
      },
    ];
  });
}

/** Reads a price. Chutes gives dollars per million tokens as numbers, OpenRouter dollars per token as text. */
function priceOf(model: unknown, price: string, pricing: string): number | undefined {
  const perMillion = fieldOf(fieldOf(fieldOf(model, 'price'), price), 'usd');
  if (typeof perMillion === 'number') return perMillion;
  const other = fieldOf(fieldOf(model, 'pricing'), pricing);
  if (typeof other === 'number') return other;
  if (typeof other !== 'string' || !/^\d+(\.\d+)?(e-?\d+)?$/i.test(other)) return undefined;
  return Number(other) * 1_000_000;
}

export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
