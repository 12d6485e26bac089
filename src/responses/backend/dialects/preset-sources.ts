/**
 * Says of each preset where its rules are from and in which month that was seen: the vendor's pages and sources, or reports of users.
 * Where nothing better is known, it says so. A preset without a line here fails a test; docs/backends.md shows them.
 */
export const presetSources: Readonly<Record<string, string>> = {
  default: 'what all chat templates and validators that were seen take (November 2026)',
  chutes:
    'RooCodeInc/Roo-Code#4506, RooCodeInc/Roo-Code#8904; the behaviour of its engines (November 2026)',
  openai: 'openai/openai-node, types of chat completions (November 2026); openclaw/openclaw#875',
  azure:
    'openai/openai-python#1677, microsoft/autogen#6465; the rest as OpenAI, not checked at the host (November 2026)',
  'azure-foundry': 'reports on DeepSeek R1 there, not checked at the host (November 2026)',
  ollama: 'ollama/ollama, openai/openai.go (November 2026)',
  vllm: 'vllm-project/vllm#49216; vllm-project/router, docs/load_balancing (November 2026)',
  sglang:
    'sgl-project/sglang#33633, sgl-project/sglang#8417, sgl-project/sglang#5661 (November 2026)',
  llamacpp: 'ggml-org/llama.cpp, tools/server, and tests with a real one (November 2026)',
  deepseek: 'api-docs.deepseek.com, "Thinking mode" (August 2026); deepseek-ai/DeepSeek-V3#1376',
  openrouter: 'openrouter.ai/docs/api/api-reference (November 2026)',
  together: 'openai/openai-dotnet#267; vercel/ai, its provider for Together (November 2026)',
  groq: 'janhq/jan#8136 (May 2026)',
  fireworks: 'docs.fireworks.ai/guides/prompt-caching (November 2026); BerriAI/litellm#39282',
  mistral: 'editor-code-assistant/eca#315 (February 2026)',
  gemini: 'Alishahryar1/free-claude-code#542 (May 2026)',
  xai: 'docs.x.ai, "Maximizing Cache Hits" (November 2026)',
  minimax: 'BigPizzaV3/CodexPlusPlus#410 (May 2026); platform.minimax.io, "Error codes"',
  glm: 'docs.z.ai, "Thinking mode" (July 2026)',
  kimi: 'platform.kimi.ai, "Thinking models" (July 2026); MoonshotAI/kimi-code#2661',
  qwen: 'help.aliyun.com, "Deep thinking" (July 2026)',
  cerebras: 'QwenLM/qwen-code#11045, vercel/ai#15042 (September 2026)',
  vertex: 'as Gemini (May 2026)',
  bedrock:
    'docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions-mantle.html (November 2026)',
  databricks: 'docs.databricks.com, "Foundation model REST API reference" (November 2026)',
  snowflake: 'langchain-ai/langchain-snowflake#132 (April 2026), anomalyco/opencode#29900',
  cloudflare:
    'we-promise/sure#467; developers.cloudflare.com/workers-ai/features/prompt-caching (November 2026)',
  perplexity: 'users’ reports that turns must alternate (November 2026)',
  anthropic: 'its page "OpenAI SDK compatibility" (November 2026)',
  cohere: 'docs.cohere.com/docs/compatibility-api (November 2026)',
  tencent: 'TencentCloud/TencentDB-Agent-Memory#1313 (September 2026)',
  volcengine: 'its chat API as clients use it, not checked at the host (November 2026)',
  qianfan: 'its chat API as clients use it, not checked at the host (November 2026)',
  stepfun: 'its chat API as clients use it, not checked at the host (November 2026)',
  watsonx: 'common fields alone, not checked at the host (November 2026)',
  'github-models': 'common fields alone, not checked at the host (November 2026)',
  copilot: 'microsoft/vscode#325813, github/copilot-cli#2995 (July 2026)',
  nvidia: 'as vLLM, with the fields of NIM, not checked at the host (November 2026)',
  baseten: 'as open engines, not checked at the host (November 2026)',
  deepinfra: 'as open engines, not checked at the host (November 2026)',
  huggingface: 'common fields alone, as a router to others (November 2026)',
  sambanova: 'as open engines, not checked at the host (November 2026)',
  siliconflow: 'docs.siliconflow.cn/docs/api/chat-completions-post (November 2026)',
  novita: 'novita.ai/docs/api-reference/model-apis-llm-create-chat-completion (November 2026)',
  nebius: 'docs.tokenfactory.nebius.com/api-reference/examples/text-generation (November 2026)',
  vercel:
    'vercel.com/docs/ai-gateway/sdks-and-apis/openai-chat-completions/advanced (October 2026)',
  'ollama-cloud': 'as Ollama (November 2026)',
  lmstudio:
    'lmstudio-ai/lmstudio-bug-tracker#670, lmstudio-ai/lmstudio-bug-tracker#1752; LoadShine/tada#16 (January 2026)',
  tgi: 'huggingface.co/docs/text-generation-inference, "Guidance" (November 2026)',
  lmdeploy: 'InternLM/lmdeploy, serve/openai/protocol.py (November 2026)',
  mlx: 'ml-explore/mlx-lm, mlx_lm/SERVER.md (November 2026)',
  xinference: 'inference.readthedocs.io, "Chat & Generate" (November 2026)',
  koboldcpp: 'as llama.cpp, on which it is built (November 2026)',
  litellm: 'BerriAI/litellm, constants.py and its proxy’s model list (November 2026)',
};
