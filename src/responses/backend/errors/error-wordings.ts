/** Says what a backend's refusal means, whatever words it uses. */
export type ErrorKind =
  | 'rate_limit'
  | 'insufficient_quota'
  | 'context_length'
  | 'overloaded'
  | 'model_not_found'
  | 'authentication';

interface Wording {
  kind: ErrorKind;
  pattern: RegExp;
}

/**
 * These mean a context overflow where a dialect has no wordings of its own; they are from vendors' sources and reports of 2025
 * and 2026. The vendor that uses the wording stands behind it.
 */
export const overflowWordings: readonly RegExp[] = [
  /context_length_exceeded|exceed_context_size/i, // OpenAI, Groq, llama.cpp
  /exceeds? the (?:model'?s? )?context (?:window|length)/i, // OpenAI
  /maximum context length/i, // OpenAI, vLLM, Mistral, OpenRouter
  /requested \d+ output tokens/i, // vLLM
  /longer than the maximum model length/i, // vLLM
  /passed \d+ input tokens/i, // vLLM
  /exceeds the maximum allowed length/i, // SGLang
  /longer than the model'?s context length/i, // SGLang, Together
  /exceeds the available context size/i, // llama.cpp
  /greater than the context length/i, // LM Studio
  /prompt (?:is )?too long|exceeded max context length/i, // Ollama
  /reduce the length of the (?:messages|prompt|input)/i, // Groq, OpenAI
  /too large for model with \d+ maximum context/i, // Mistral
  /input token count.{0,200}exceeds the maximum/is, // Gemini
  /maximum prompt length is/i, // xAI
  /context window exceeds limit/i, // MiniMax
  /exceeded model token limit/i, // Kimi
  /exceeds max_seq_len/i, // Atlas
  /(?:context|token) (?:length|limit|window|size) (?:is |has been )?exceeded/i, // LM Studio, llama.cpp
  /range of input length should be/i, // DashScope
  /prompt exceeds max length|\b1261\b/i, // Z.ai
  /input is too long for (?:the )?requested model/i, // Bedrock, Databricks
  /exceeds? context limit/i, // Anthropic
  /prompt_tokens \(\d+\) must be less than/i, // SiliconFlow
  /`inputs` tokens \+ `max_new_tokens` must be/i, // TGI
  /exceeded this model context window/i, // Cloudflare
  /should not exceed max_num_tokens/i, // TensorRT-LLM
  /tokens_limit_reached/i, // GitHub Models
  /exceeds the max_model_len/i, // vLLM
  /token count exceeds the model'?s/i, // SGLang
  /exceeds the maximum (?:allowed )?(?:input )?(?:token )?length/i, // SGLang, GLM behind gateways, Volcengine
  /(?:input|prompt|total) tokens? (?:count )?exceed/i, // Vertex, Tencent
  /tokens in request more than max tokens/i, // Z.ai
  /when context the overflows|loaded with context length of only/i, // LM Studio
  /tokens of image and text exceed/i, // Volcengine
  /session_len|exceeds? the (?:max|maximum) session length/i, // LMDeploy
];

/**
 * These decide before context overflow: "too many tokens, please wait", taken for an overflow, would make the client throw its
 * history away.
 */
const limitWordings: readonly Wording[] = [
  // Gemini calls a limit per minute a quota too; a wait in seconds tells them apart.
  { kind: 'rate_limit', pattern: /please retry in \d/i },
  // A quota is about the account, not the moment, so waiting does not help.
  { kind: 'insufficient_quota', pattern: /insufficient[_ ](?:quota|balance|credit|funds)/i },
  {
    kind: 'insufficient_quota',
    pattern: /exceeded your current (?:token )?quota|billing hard limit/i,
  },
  { kind: 'insufficient_quota', pattern: /exceeded_current_quota|usage limit reached|arrearage/i }, // Moonshot, Z.ai, DashScope
  { kind: 'insufficient_quota', pattern: /balance (?:is )?insufficient|please recharge/i }, // SiliconFlow, Z.ai
  { kind: 'insufficient_quota', pattern: /check your plan and billing|monthly spending limit/i }, // Moonshot, xAI
  {
    kind: 'insufficient_quota',
    pattern: /(?:more|out of|not enough|no|all available) credits?\b/i,
  },
  { kind: 'insufficient_quota', pattern: /payment required|balance (?:is )?(?:too low|exceeded)/i },

  { kind: 'rate_limit', pattern: /rate[_ -]?limit|too many requests|requests? per (?:min|day)/i },
  { kind: 'rate_limit', pattern: /tokens? per (?:min|day|hour)|\bTPM\b|\bRPM\b/ },
  { kind: 'rate_limit', pattern: /too many tokens\b.{0,200}\b(?:wait|later|slow)/is },
  { kind: 'rate_limit', pattern: /try again in \d|resource[_ ]exhausted|throttl/i },
];

const otherWordings: readonly Wording[] = [
  { kind: 'model_not_found', pattern: /model_not_found|no such model|unknown model/i },
  {
    kind: 'model_not_found',
    pattern: /model\b.{0,200}\b(?:not found|does not exist|not exist\b)/is,
  },
  { kind: 'model_not_found', pattern: /not a valid model/i }, // OpenRouter

  {
    kind: 'overloaded',
    pattern: /overloaded|at capacity|no (?:available )?(?:instances|capacity)/i,
  },
  { kind: 'overloaded', pattern: /server is busy|temporarily unavailable|service unavailable/i },
  { kind: 'overloaded', pattern: /exhausted all available targets|cold (?:start|chute)/i }, // Chutes

  {
    kind: 'authentication',
    pattern: /invalid_api_key|incorrect api key|invalid (?:api[ _-]?)?key/i,
  },
  { kind: 'authentication', pattern: /authentication[_ ](?:error|failed)|unauthorized/i },
];

/** MiniMax answers 200 with `base_resp.status_code` (platform.minimax.io, "Error codes", 2026). */
export const miniMaxKinds: Readonly<Record<number, ErrorKind>> = {
  1002: 'rate_limit',
  1004: 'authentication',
  1008: 'insufficient_quota',
  1039: 'rate_limit',
  2049: 'authentication',
};

/** Longer texts are no message; searching megabytes would hold up every other stream. */
const longestSearched = 16 * 1024;

export function kindFromWording(
  text: string,
  overflowPatterns: readonly RegExp[] = overflowWordings,
): ErrorKind | undefined {
  const searched = text.slice(0, longestSearched);
  const find = (wordings: readonly Wording[]): ErrorKind | undefined =>
    wordings.find(({ pattern }) => pattern.test(searched))?.kind;
  const overflow = (): ErrorKind | undefined =>
    overflowPatterns.some((pattern) => pattern.test(searched)) ? 'context_length' : undefined;
  return find(limitWordings) ?? overflow() ?? find(otherWordings);
}
