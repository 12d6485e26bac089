import { isRecord } from '../../../common/json.js';

/** Engines write these into `owned_by` of their model lists (their sources and answers of real ones, November 2026). */
const owners: Readonly<Record<string, string>> = {
  vllm: 'vllm',
  sglang: 'sglang',
  llamacpp: 'llamacpp',
  library: 'ollama',
  organization_owner: 'lmstudio',
  lmdeploy: 'lmdeploy',
  koboldcpp: 'koboldcpp',
};

/** LiteLLM says of every model that it was made at this time (BerriAI/litellm, constants.py, `DEFAULT_MODEL_CREATED_AT_TIME`). */
const LITELLM_CREATED = 1_677_610_602;

/**
 * Names the preset of the engine that a model list shows, whatever its port is: by who owns the models, else by what only this
 * engine's entries have. Gives undefined where nothing shows it.
 * @param server the header of that name in the reply.
 */
export function recognizeEngine(list: unknown, server = ''): string | undefined {
  const [model] = isRecord(list) && Array.isArray(list.data) ? (list.data as unknown[]) : [];
  if (!isRecord(model)) return undefined;
  const { id, owned_by: owner, created } = model;
  if (typeof owner === 'string' && Object.hasOwn(owners, owner)) return owners[owner];
  if (server.startsWith('llama.cpp')) return 'llamacpp';
  if (created === LITELLM_CREATED) return 'litellm';
  if (Array.isArray(model.model_ability)) return 'xinference';
  // Text Generation Inference knows neither the owner nor the time.
  if (created === 0 && owner === id) return 'tgi';
  // This is Python's own server, on which mlx_lm.server is built.
  return owner === undefined && server.startsWith('BaseHTTP/') ? 'mlx' : undefined;
}
