/** What a backend's refusal means, whatever words it uses. */
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
 * Read from the top; the first match decides. Rate limits stand before context overflow: "too many tokens, please
 * wait" taken for an overflow would make the client throw its history away.
 */
export const errorWordings: readonly Wording[] = [
  // Quota: the account, not the moment. Waiting does not help.
  { kind: 'insufficient_quota', pattern: /insufficient[_ ](?:quota|balance|credit|funds)/i },
  { kind: 'insufficient_quota', pattern: /exceeded your current quota|billing hard limit/i },
  { kind: 'insufficient_quota', pattern: /(?:more|out of|not enough|no) credits?\b/i },
  { kind: 'insufficient_quota', pattern: /payment required|balance (?:is )?(?:too low|exceeded)/i },

  { kind: 'rate_limit', pattern: /rate[_ -]?limit|too many requests|requests? per (?:min|day)/i },
  { kind: 'rate_limit', pattern: /tokens? per (?:min|day|hour)|\bTPM\b|\bRPM\b/ },
  { kind: 'rate_limit', pattern: /too many tokens\b.*\b(?:wait|later|slow)/is },
  { kind: 'rate_limit', pattern: /try again in \d|resource[_ ]exhausted|throttl/i },

  // Context overflow. The vendor that uses the wording stands behind it.
  { kind: 'context_length', pattern: /context_length_exceeded|exceed_context_size/i }, // OpenAI, Groq, llama.cpp
  { kind: 'context_length', pattern: /exceeds? the (?:model'?s? )?context (?:window|length)/i }, // OpenAI
  { kind: 'context_length', pattern: /maximum context length/i }, // OpenAI, vLLM, Mistral, OpenRouter
  { kind: 'context_length', pattern: /requested \d+ output tokens/i }, // vLLM
  { kind: 'context_length', pattern: /longer than the maximum model length/i }, // vLLM
  { kind: 'context_length', pattern: /passed \d+ input tokens/i }, // vLLM
  { kind: 'context_length', pattern: /exceeds the maximum allowed length/i }, // SGLang
  { kind: 'context_length', pattern: /longer than the model'?s context length/i }, // SGLang, Together
  { kind: 'context_length', pattern: /exceeds the available context size/i }, // llama.cpp
  { kind: 'context_length', pattern: /greater than the context length/i }, // LM Studio
  { kind: 'context_length', pattern: /prompt (?:is )?too long|exceeded max context length/i }, // Ollama
  { kind: 'context_length', pattern: /reduce the length of the (?:messages|prompt|input)/i }, // Groq, OpenAI
  { kind: 'context_length', pattern: /too large for model with \d+ maximum context/i }, // Mistral
  { kind: 'context_length', pattern: /input token count.*exceeds the maximum/is }, // Gemini
  { kind: 'context_length', pattern: /maximum prompt length is/i }, // xAI
  { kind: 'context_length', pattern: /context window exceeds limit/i }, // MiniMax
  { kind: 'context_length', pattern: /exceeded model token limit/i }, // Kimi
  { kind: 'context_length', pattern: /exceeds max_seq_len/i }, // Atlas
  {
    kind: 'context_length',
    pattern: /(?:context|token) (?:length|limit|window) (?:is )?exceeded/i,
  },

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

/** MiniMax answers 200 with `base_resp.status_code`. */
export const miniMaxKinds: Readonly<Record<number, ErrorKind>> = {
  1002: 'rate_limit',
  1004: 'authentication',
  1008: 'insufficient_quota',
  1039: 'rate_limit',
  2049: 'authentication',
};

export function kindFromWording(text: string): ErrorKind | undefined {
  return errorWordings.find(({ pattern }) => pattern.test(text))?.kind;
}
