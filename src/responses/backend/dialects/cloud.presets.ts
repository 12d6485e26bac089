import { commonFields, fields, fieldsWithout } from './allowed-fields.js';
import { hostPreset, type Preset } from './preset.js';
import { geminiDialect } from './vendor.dialects.js';

/** These are clouds and makers of models; where a page is named, it is the vendor's of 2026. */
export const cloudPresets: readonly Preset[] = [
  // It refuses unknown fields and `reasoning_content` (QwenLM/qwen-code#11045, vercel/ai#15042, September 2026).
  hostPreset('cerebras', ['cerebras.ai'], {
    maxTokensField: 'max_completion_tokens',
    reasoningReplayField: 'reasoning',
    schemaDialect: 'cerebras',
    allowedFields: fields([
      ...fieldsWithout(
        fields(commonFields),
        ...['max_tokens', 'presence_penalty', 'frequency_penalty', 'logit_bias'],
      ),
      'service_tier',
    ]),
  }),
  // This is Google Cloud's own endpoint for Gemini and for other makers' models, in OpenAI's form.
  hostPreset('vertex', ['*-aiplatform.googleapis.com', 'aiplatform.googleapis.com'], {
    base: geminiDialect,
  }),
  // Reasoning of its open models comes as `<reasoning>` in the text. Both hosts have the endpoint
  // (docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions-mantle.html, November 2026).
  hostPreset('bedrock', ['bedrock-runtime.*.amazonaws.com', 'bedrock-mantle.*.api.aws'], {
    maxTokensField: 'max_completion_tokens',
    schemaDialect: 'bedrock',
    callIdFormat: 'short',
    allowedFields: fieldsWithout(fields(commonFields), 'logit_bias', 'parallel_tool_calls'),
    parallelToolCalls: false,
  }),
  // It takes schemas without references ("Foundation model REST API reference").
  hostPreset('databricks', ['databricks.com', 'azuredatabricks.net'], {
    schemaDialect: 'inlined',
    parallelToolCalls: false,
    allowedFields: fields(
      ['temperature', 'top_p', 'top_k', 'max_tokens', 'stop', 'n', 'logprobs', 'top_logprobs'],
      ['tools', 'tool_choice', 'response_format', 'reasoning_effort', 'thinking'],
    ),
  }),
  // It refuses max_tokens (langchain-ai/langchain-snowflake#132, April 2026); most of its models are Claude.
  hostPreset('snowflake', ['snowflakecomputing.com'], {
    maxTokensField: 'max_completion_tokens',
    schemaDialect: 'anthropic',
    allowedFields: fieldsWithout(fields(commonFields), 'max_tokens', 'logit_bias'),
  }),
  // It refuses null beside calls (we-promise/sure#467, 2026).
  hostPreset('cloudflare', ['api.cloudflare.com'], {
    contentBesideCalls: 'empty',
    parallelToolCalls: false,
    // It routes a session to one instance (developers.cloudflare.com/workers-ai/features/prompt-caching, November 2026).
    sessionHint: 'x-session-affinity',
    allowedFields: fields([
      ...fieldsWithout(fields(commonFields), 'logit_bias', 'parallel_tool_calls'),
      'chat_template_kwargs',
    ]),
  }),
  // Turns must alternate and there are no functions: tools are told and read as text.
  hostPreset('perplexity', ['perplexity.ai'], {
    mergeUserMessages: true,
    responseFormat: 'json_schema_only',
    reasoningReplay: 'off',
    toolTelling: 'all_as_text',
    toolCallRescue: true,
    parallelToolCalls: false,
    allowedFields: fields(
      ['temperature', 'top_p', 'max_tokens', 'presence_penalty', 'frequency_penalty', 'stop'],
      ['response_format', 'reasoning_effort', 'search_mode', 'search_domain_filter'],
      ['search_recency_filter', 'return_images', 'return_related_questions', 'web_search_options'],
    ),
  }),
  // It hoists system messages and ignores `strict`, `response_format` and efforts ("OpenAI SDK compatibility").
  hostPreset('anthropic', ['anthropic.com'], {
    reasoningReplay: 'off',
    thinkTags: 'off',
    effortField: 'none',
    responseFormat: 'prompt',
    schemaDialect: 'anthropic',
    callIdFormat: 'word',
    allowedFields: fields(
      ['temperature', 'top_p', 'max_tokens', 'max_completion_tokens', 'stop', 'tools'],
      ['tool_choice', 'parallel_tool_calls', 'thinking'],
    ),
  }),
  // It knows a few fields and two depths (docs.cohere.com/docs/compatibility-api, November 2026).
  hostPreset('cohere', ['cohere.ai', 'cohere.com'], {
    toolChoice: 'words',
    parallelToolCalls: false,
    effortMap: {
      ...{ minimal: 'none', low: 'high', medium: 'high' },
      ...{ xhigh: 'high', max: 'high', ultra: 'high' },
    },
    allowedFields: fields(
      ['temperature', 'top_p', 'max_tokens', 'presence_penalty', 'frequency_penalty', 'stop'],
      ['seed', 'tools', 'tool_choice', 'response_format', 'reasoning_effort'],
    ),
  }),
  // It refuses null beside calls (TencentCloud/TencentDB-Agent-Memory#1313, September 2026).
  hostPreset('tencent', ['hunyuan.cloud.tencent.com', 'lkeap.cloud.tencent.com'], {
    contentBesideCalls: 'empty',
    reasoningReplayField: 'reasoning_content',
    responseFormat: 'json_object',
    allowedFields: fields([...commonFields, 'enable_thinking', 'thinking']),
  }),
  // Doubao and others are served at Ark.
  hostPreset('volcengine', ['volces.com', 'bytepluses.com'], {
    reasoningReplayField: 'reasoning_content',
    effortMap: { xhigh: 'high', max: 'high', ultra: 'high' },
    allowedFields: fields([
      ...fieldsWithout(fields(commonFields), 'seed', 'user'),
      'thinking',
      'service_tier',
    ]),
  }),
  // This is Baidu's platform.
  hostPreset('qianfan', ['qianfan.baidubce.com'], {
    reasoningReplayField: 'reasoning_content',
    effortField: 'enable_thinking',
    allowedFields: fields([
      ...fieldsWithout(fields(commonFields), 'logit_bias', 'reasoning_effort'),
      'enable_thinking',
      'thinking_budget',
    ]),
  }),
  hostPreset('stepfun', ['stepfun.com', 'stepfun.ai'], {
    reasoningReplayField: 'reasoning',
    allowedFields: fields([
      ...fieldsWithout(fields(commonFields), 'logit_bias'),
      'reasoning_format',
    ]),
  }),
  // This is IBM's model gateway.
  hostPreset('watsonx', ['ml.cloud.ibm.com'], { allowedFields: fields(commonFields) }),
];
