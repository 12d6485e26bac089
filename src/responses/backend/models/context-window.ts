import { isRecord } from '../../../common/json.js';

/**
 * Reads the context of a model in tokens, as an entry of `GET /v1/models` tells it: `max_model_len` (vLLM, SGLang, Chutes),
 * `context_length` (OpenRouter, Together), `context_window` (Groq), `max_context_length` (Mistral), `context_size` (Novita),
 * `metadata.context_length` (DeepInfra), `meta.n_ctx` (llama.cpp: what one slot has; its `n_ctx_train` is only what the model
 * could).
 */
export function readContextWindow(entry: unknown): number | undefined {
  if (!isRecord(entry)) return undefined;
  const { max_model_len, context_length, context_window, max_context_length, context_size } = entry;
  const slot = isRecord(entry.meta) ? entry.meta.n_ctx : undefined;
  const described = isRecord(entry.metadata) ? entry.metadata.context_length : undefined;
  const top = [max_model_len, context_length, context_window, max_context_length, context_size];
  const told = [...top, slot, described];
  return told.find(isTokenCount);
}

function isTokenCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
