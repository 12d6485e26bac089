import type { BackendDialect } from '../../translator/dialect/dialect.js';

/** Gives the families that were added from outside. */
export const MORE_FAMILIES = Symbol('MORE_FAMILIES');

/**
 * Says what a model is, whoever serves it. It is data, with a file for each maker. Every fact has its source and the month in
 * which it was seen in `source`.
 */
export interface ModelFamily {
  name: string;
  /** The normalized name is tried with it, see `normalizedModel`. */
  pattern: RegExp;
  source: string;
  /** Holds wherever the model is served, unless the host's preset says otherwise. */
  model?: Partial<BackendDialect>;
  /** Holds where a server applies the model's own chat template: engines, and hosts that nobody knows. It has the last word. */
  template?: Partial<BackendDialect>;
  /** Holds on open engines, which hand `chat_template_kwargs` to the template. */
  engine?: Partial<BackendDialect>;
  /** The name of a preset chooses it, and it is stronger than the preset itself. */
  at?: Readonly<Record<string, Partial<BackendDialect>>>;
}

const QUANTIZATION =
  /[-_.@](?:fp8|fp4|nvfp4|mxfp4|bf16|fp16|int[48]|awq|gptq|gguf|mlx|exl[23]|[48]bit|i?q\d(?:[_-][a-z0-9]+){0,3})(?=$|[-_.])/g;

/** Makes `model-name` of `org/Model-Name-FP8:free`: without the organization, the variant and the quantization. */
export function normalizedModel(model: string): string {
  const [name = ''] = (model.slice(0, 200).toLowerCase().split('/').at(-1) ?? '').split(':');
  return name.replace(QUANTIZATION, '');
}

/** Finds a family's name where a word of the model's name begins: `mistralai-Ministral-3` and `ministral-3` are the same. */
export function word(pattern: string): RegExp {
  return new RegExp(`(?:^|[-_.])${pattern}`);
}
