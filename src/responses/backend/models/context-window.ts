import { isRecord } from '../../../common/json.js';

/**
 * The context of a model in tokens, as an entry of `GET /v1/models` tells it: `max_model_len` (vLLM, SGLang, Chutes),
 * `context_length` (OpenRouter, Together), `context_window` (Groq), `max_context_length` (Mistral), `meta.n_ctx`
 * (llama.cpp: what one slot has; its `n_ctx_train` is only what the model could).
 */
export function readContextWindow(entry: unknown): number | undefined {
  if (!isRecord(entry)) return undefined;
  const { max_model_len, context_length, context_window, max_context_length, meta } = entry;
  const slot = isRecord(meta) ? meta.n_ctx : undefined;
  const told = [max_model_len, context_length, context_window, max_context_length, slot];
  return told.find(isTokenCount);
}

function isTokenCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
