import type { BackendDialect } from '../../translator/dialect/dialect.js';

/**
 * What a model is, beside who serves it: data, a file for each maker. Every fact has its source and the month in which
 * it was seen in `source`.
 */
export interface ModelFamily {
  name: string;
  /** Of the normalized name, see `normalizedModel`. */
  pattern: RegExp;
  source: string;
  /** True wherever the model is served, unless the host's preset says otherwise. */
  model?: Partial<BackendDialect>;
  /** True where a server applies the model's own chat template: engines, and hosts that nobody knows. It has the last word. */
  template?: Partial<BackendDialect>;
  /** True on open engines, which hand `chat_template_kwargs` to the template. */
  engine?: Partial<BackendDialect>;
  /** By the name of a preset: stronger than the preset itself. */
  at?: Readonly<Record<string, Partial<BackendDialect>>>;
}

const QUANTIZATION =
  /[-_.@](?:fp8|fp4|nvfp4|mxfp4|bf16|fp16|int[48]|awq|gptq|gguf|mlx|exl[23]|[48]bit|i?q\d(?:[_-][a-z0-9]+){0,3})(?=$|[-_.])/g;

/** `org/Model-Name-FP8:free` -> `model-name`: without the organization, the variant and the quantization. */
export function normalizedModel(model: string): string {
  const [name = ''] = (model.slice(0, 200).toLowerCase().split('/').at(-1) ?? '').split(':');
  return name.replace(QUANTIZATION, '');
}

/** A family's name where a word of the model's name begins: `mistralai-Ministral-3` and `ministral-3` are the same. */
export function word(pattern: string): RegExp {
  return new RegExp(`(?:^|[-_.])${pattern}`);
}
