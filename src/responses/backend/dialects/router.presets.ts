import { commonFields, fields, fieldsWithout } from './allowed-fields.js';
import { ollamaDialect } from './engine.dialects.js';
import { hostPreset, type Preset } from './preset.js';

/** These are hosts and routers of other people's models (their pages of 2026). */
export const routerPresets: readonly Preset[] = [
  hostPreset('github-models', ['models.github.ai'], {
    strictTools: 'pass',
    allowedFields: fields(commonFields),
  }),
  // Its reasoning comes as `reasoning_text`; the editor's headers are the client's to send.
  hostPreset('copilot', ['githubcopilot.com'], {
    reasoningReplay: 'off',
    allowedFields: fields([...commonFields, 'n']),
  }),
  // NIM is vLLM and TensorRT with the template's switches.
  hostPreset('nvidia', ['integrate.api.nvidia.com'], {
    reasoningReplayField: 'reasoning_content',
    allowedFields: fields([...commonFields, 'chat_template_kwargs', 'nvext', 'top_k']),
  }),
  hostPreset('baseten', ['baseten.co']),
  hostPreset('deepinfra', ['deepinfra.com'], {
    reasoningReplayField: 'reasoning_content',
    allowedFields: fields([
      ...commonFields,
      ...['top_k', 'min_p', 'repetition_penalty', 'service_tier', 'prompt_cache_key'],
      'chat_template_kwargs',
    ]),
  }),
  // It is a router: what the provider behind it takes is not told, so few fields go out.
  hostPreset('huggingface', ['router.huggingface.co'], { allowedFields: fields(commonFields) }),
  hostPreset('sambanova', ['sambanova.ai'], {
    allowedFields: fields([
      ...fieldsWithout(fields(commonFields), 'logit_bias', 'logprobs', 'top_logprobs'),
      ...['top_k', 'chat_template_kwargs'],
    ]),
  }),
  // It switches thinking on and off; an effort is for some models alone (docs.siliconflow.cn/docs/api/chat-completions-post,
  // November 2026).
  hostPreset('siliconflow', ['siliconflow.cn', 'siliconflow.com'], {
    reasoningReplayField: 'reasoning_content',
    effortField: 'enable_thinking',
    responseFormat: 'json_object',
    allowedFields: fields([
      ...fieldsWithout(fields(commonFields), 'logit_bias', 'reasoning_effort', 'user'),
      ...['top_k', 'min_p', 'enable_thinking', 'thinking_budget'],
    ]),
  }),
  // Its fields are those of novita.ai/docs/api-reference/model-apis-llm-create-chat-completion (November 2026).
  hostPreset('novita', ['novita.ai'], {
    reasoningReplayField: 'reasoning_content',
    allowedFields: fields([
      ...commonFields,
      ...['top_k', 'min_p', 'repetition_penalty', 'separate_reasoning', 'enable_thinking'],
    ]),
  }),
  // It takes what engines take (docs.tokenfactory.nebius.com/api-reference/examples/text-generation, November 2026).
  hostPreset('nebius', ['nebius.com', 'nebius.ai'], {
    reasoningReplayField: 'reasoning_content',
  }),
  // It keeps what its providers signed in `reasoning_details`, as OpenRouter does
  // (vercel.com/docs/ai-gateway/sdks-and-apis/openai-chat-completions/advanced, October 2026).
  hostPreset('vercel', ['ai-gateway.vercel.sh'], {
    reasoningDetails: true,
    reasoningReplayField: 'reasoning',
    thinkTags: 'off',
    effortField: 'reasoning',
    effortMap: { max: 'xhigh', ultra: 'xhigh' },
    strictTools: 'pass',
    fileParts: true,
    allowedFields: fields([
      ...fieldsWithout(fields(commonFields), 'reasoning_effort'),
      ...['providerOptions', 'models'],
    ]),
  }),
  hostPreset('ollama-cloud', ['ollama.com'], { base: ollamaDialect }),
];
