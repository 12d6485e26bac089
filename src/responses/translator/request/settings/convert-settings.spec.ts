import { describe, expect, it } from '@jest/globals';
import { refusal, translate } from '../../../../../test/support/translate.js';
import type { BackendDialect } from '../../dialect/dialect.js';

/** Gives everything but the fields that every request has. */
function settings(body: object, dialect: Partial<BackendDialect> = {}) {
  const { chatRequest, warnings } = translate({ input: 'x', ...body }, dialect);
  const { model, messages, stream, stream_options, ...fields } = chatRequest;
  expect([model, messages.length, stream, stream_options]).toEqual([
    'm',
    1,
    true,
    { include_usage: true },
  ]);
  return { fields, warnings };
}
const ignored = (param: string) => ({ code: 'field_ignored', param });
const allow = (...names: string[]) => ({ allowedFields: new Set(names) });

describe('fields that are sent', () => {
  it.each<[object, object, Partial<BackendDialect>]>([
    [{ temperature: 0.5, top_p: 1, seed: -1 }, { seed: -1, temperature: 0.5, top_p: 1 }, {}],
    [{ max_output_tokens: 5, max_tokens: 6 }, { max_tokens: 5 }, {}],
    [{ max_completion_tokens: 7, max_tokens: 6 }, { max_tokens: 7 }, {}],
    [{ max_tokens: 6 }, { max_completion_tokens: 6 }, { maxTokensField: 'max_completion_tokens' }],
    [{ max_output_tokens: null }, {}, {}],
    [{ top_logprobs: 3 }, { logprobs: true, top_logprobs: 3 }, {}],
    [{ top_logprobs: 0, logprobs: false }, {}, {}],
    [{ logprobs: true }, { logprobs: true }, {}],
    [{ include: ['message.output_text.logprobs'] }, { logprobs: true }, {}],
    [{ reasoning: { effort: 'low' }, reasoning_effort: 'high' }, { reasoning_effort: 'low' }, {}],
    [{ reasoning_effort: 'high' }, { reasoning_effort: 'high' }, {}],
    [{ reasoning: { effort: null, summary: 'auto' } }, {}, {}],
    [
      { reasoning: { effort: 'low' } },
      { reasoning: { effort: 'low' } },
      { effortField: 'reasoning' },
    ],
    [
      { reasoning: { effort: 'low' } },
      { chat_template_kwargs: { enable_thinking: true, reasoning_effort: 'low' } },
      { effortField: 'chat_template_kwargs' },
    ],
    [
      { reasoning: { effort: 'none' }, chat_template_kwargs: { enable_thinking: true } },
      { chat_template_kwargs: { enable_thinking: true, reasoning_effort: 'none' } },
      { effortField: 'chat_template_kwargs', ...allow('chat_template_kwargs') },
    ],
    [
      { reasoning: { effort: 'none' } },
      { thinking: { type: 'disabled' } },
      { effortField: 'thinking' },
    ],
    [
      { reasoning: { effort: 'high' } },
      { thinking: { type: 'enabled' } },
      { effortField: 'thinking' },
    ],
    [{ text: { verbosity: 'low' }, verbosity: 'high' }, { verbosity: 'low' }, allow('verbosity')],
    [{ verbosity: 'high' }, { verbosity: 'high' }, allow('verbosity')],
    [
      { metadata: { a: 'b' }, prompt_cache_key: 'k', user: 'u', service_tier: 'flex' },
      { metadata: { a: 'b' }, prompt_cache_key: 'k', service_tier: 'flex', user: 'u' },
      allow('metadata', 'prompt_cache_key', 'user', 'service_tier'),
    ],
    // A dialect that knows these fields does not get what the proxy itself handles.
    [{ store: true, stream: false }, {}, allow('store', 'stream', 'input')],
  ])('%j -> %j', (body, expected, dialect) => {
    expect(settings(body, dialect)).toEqual({ fields: expected, warnings: [] });
  });
});

describe('an include value that nobody knows', () => {
  it('is refused', () => {
    const include = ['file_search_call.results', 'nonsense'];
    expect(refusal(() => translate({ input: 'x', include }))).toEqual({
      status: 400,
      code: 'invalid_value',
      param: 'include[1]',
    });
  });
});

describe('fields that are not sent', () => {
  it.each<[object, string, Partial<BackendDialect>]>([
    [{ metadata: { a: 'b' } }, 'metadata', {}],
    [{ prompt_cache_key: 'k' }, 'prompt_cache_key', {}],
    [{ safety_identifier: 'k' }, 'safety_identifier', {}],
    [{ service_tier: 'flex' }, 'service_tier', {}],
    [{ presence_penalty: 0.5 }, 'presence_penalty', {}],
    [{ n: 2 }, 'n', {}],
    [{ toString: 1 }, 'toString', {}],
    [{ text: { verbosity: 'low' } }, 'text.verbosity', {}],
    [{ verbosity: 'low' }, 'verbosity', {}],
    [{ truncation: 'auto' }, 'truncation', {}],
    [{ reasoning: { effort: 'low' } }, 'reasoning.effort', { effortField: 'none' }],
    [{ reasoning_effort: 'low' }, 'reasoning_effort', { effortField: 'none' }],
    [{ top_logprobs: 3 }, 'top_logprobs', allow()],
    [{ logprobs: true }, 'logprobs', allow()],
    [{ include: ['message.output_text.logprobs'] }, 'include', allow()],
    [{ include: ['reasoning.encrypted_content'] }, 'include[0]', {}],
  ])('%j is a warning', (body, param, dialect) => {
    expect(settings(body, dialect)).toEqual({ fields: {}, warnings: [ignored(param)] });
  });

  it('sends log probabilities without alternatives where there are none', () => {
    expect(settings({ top_logprobs: 2 }, allow('logprobs'))).toEqual({
      fields: { logprobs: true },
      warnings: [ignored('top_logprobs')],
    });
  });

  it('says nothing of null and of the defaults that SDKs send', () => {
    const defaults = {
      store: true,
      service_tier: 'auto',
      truncation: 'disabled',
      n: 1,
      temperature: 1,
      top_p: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      metadata: {},
      user: null,
      safety_identifier: null,
      text: { format: { type: 'text' }, verbosity: 'medium' },
      parallel_tool_calls: true,
      tool_choice: 'auto',
      tools: [],
      include: [],
      max_tool_calls: 3,
      stream_options: { include_obfuscation: true },
      reasoning: {},
    };
    expect(settings(defaults, allow())).toEqual({ fields: {}, warnings: [] });
  });

  it('honours sealed reasoning once there is a key', () => {
    const { warnings } = translate(
      { input: 'x', include: ['reasoning.encrypted_content'] },
      {},
      { openSealedReasoning: () => undefined },
    );
    expect(warnings).toEqual([]);
  });

  it('clamps the effort to what the backend knows', () => {
    const effortMap = { xhigh: 'high', low: 'low' };
    expect(settings({ reasoning: { effort: 'xhigh' } }, { effortMap })).toEqual({
      fields: { reasoning_effort: 'high' },
      warnings: [{ code: 'field_clamped', param: 'reasoning.effort' }],
    });
    expect(settings({ reasoning: { effort: 'low' } }, { effortMap }).warnings).toEqual([]);
  });

  it('asks for no usage where the backend has no such option', () => {
    expect(translate({ input: 'x' }, { includeUsage: false }).chatRequest).not.toHaveProperty(
      'stream_options',
    );
  });
});
