import type { JsonRecord } from '../../../../common/json.js';
import { readLogprobs } from '../chunk/convert-logprobs.js';
import type { AnswerItems } from './answer-items.js';
import { partOf } from './event-parts.js';

/** Reads one event into the output. */
export type EventRule = (items: AnswerItems, event: JsonRecord) => void;

export const eventRules: Readonly<Record<string, EventRule>> = {
  'response.output_item.added': (items, event) => {
    items.addItem(event);
  },
  'response.output_item.done': (items, event) => {
    items.endItem(event);
  },
  'response.output_text.delta': (items, event) => {
    const logprobs = readLogprobs({ content: event.logprobs });
    items.text(event, 'text', event.delta, logprobs);
  },
  'response.output_text.done': (items, event) => {
    items.restOf(items.item(event, 'message'), partOf('text', event), event.text);
  },
  'response.refusal.delta': (items, event) => {
    items.text(event, 'refusal', event.delta);
  },
  'response.refusal.done': (items, event) => {
    items.restOf(items.item(event, 'message'), partOf('refusal', event), event.refusal);
  },
  'response.output_text.annotation.added': (items, event) => {
    items.annotate(items.item(event, 'message'), [event.annotation]);
  },
  ...thoughtRules('response.reasoning_summary_text', 'summary'),
  ...thoughtRules('response.reasoning_summary', 'summary'),
  ...thoughtRules('response.reasoning_text', 'content'),
  ...thoughtRules('response.reasoning', 'content'),
  'response.function_call_arguments.delta': (items, event) => {
    items.callArguments(items.item(event, 'function_call'), event.delta, event);
  },
  'response.function_call_arguments.done': (items, event) => {
    const item = items.item(event, 'function_call');
    items.restOf(item, 'arguments', event.arguments, event);
  },
  'response.custom_tool_call_input.delta': (items, event) => {
    items.input(event);
  },
  // The item's own end tells it.
  'response.custom_tool_call_input.done': () => undefined,
  'response.content_part.added': () => undefined,
  'response.content_part.done': () => undefined,
  'response.reasoning_summary_part.added': () => undefined,
  'response.reasoning_summary_part.done': () => undefined,
  'response.created': () => undefined,
  'response.queued': () => undefined,
  'response.in_progress': () => undefined,
};

/** LM Studio, Ollama and OpenRouter tell a thought under one name or the other; the deltas are the same. */
function thoughtRules(name: string, source: 'summary' | 'content'): Record<string, EventRule> {
  return {
    [`${name}.delta`]: (items, event) => {
      items.thought(event, source, event.delta);
    },
    [`${name}.done`]: (items, event) => {
      items.restOf(items.item(event, 'reasoning'), partOf(source, event), event.text);
    },
  };
}
