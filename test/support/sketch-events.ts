import type { ResponseEvent } from '../../src/contracts/responses/events.js';
import type { OutputItem } from '../../src/contracts/responses/items.js';

/**
 * Writes a stream of events as text that a person can read and compare: one line per event, names without `response.`, output
 * index, and what the event carries.
 */
export function sketchEvents(events: readonly ResponseEvent[]): string {
  return events.map(sketchEvent).join('\n') + '\n';
}

function sketchEvent(event: ResponseEvent): string {
  const name = event.type.replace(/^response\./, '');
  if ('response' in event) {
    const { status, usage, error, incomplete_details: incomplete } = event.response;
    if (status === 'in_progress') return name;
    const reason = incomplete === null ? '' : ` ${incomplete.reason}`;
    const failure = error === null ? '' : ` ${error.code}: ${error.message}`;
    return `${name}${reason}${failure} usage=${sketchUsage(usage)}`;
  }
  if (!('output_index' in event)) return `${name} ${event.code}`;
  return `${event.output_index} ${name} ${sketchPayload(event)}`.trimEnd();
}

function sketchPayload(event: Extract<ResponseEvent, { output_index: number }>): string {
  if ('item' in event) return sketchItem(event.item);
  if ('delta' in event) {
    const logprobs = 'logprobs' in event && event.logprobs.length > 0 ? ' +logprobs' : '';
    return JSON.stringify(event.delta) + logprobs;
  }
  if ('part' in event) return event.part.type;
  if ('annotation' in event)
    return 'url' in event.annotation ? event.annotation.url : event.annotation.filename;
  if ('text' in event) return JSON.stringify(event.text);
  if ('refusal' in event) return JSON.stringify(event.refusal);
  if ('command' in event) return JSON.stringify(event.command);
  if ('arguments' in event) return JSON.stringify(event.arguments);
  return 'input' in event ? JSON.stringify(event.input) : '';
}

function sketchItem(item: OutputItem): string {
  switch (item.type) {
    case 'message':
      return `message ${item.status}`;
    case 'reasoning':
    case 'compaction':
    case 'image_generation_call':
    case 'file_search_call':
    case 'web_search_call':
    case 'code_interpreter_call':
      return `${item.type} ${item.status}`;
    case 'function_call':
    case 'custom_tool_call':
      return `${item.type} ${item.name} ${item.call_id} ${item.status}`;
    case 'local_shell_call':
    case 'shell_call':
    case 'apply_patch_call':
    case 'computer_call':
    case 'tool_search_call':
    case 'tool_search_output':
      return `${item.type} ${item.call_id ?? 'server'} ${item.status}`;
    case 'mcp_list_tools':
      return `${item.type} ${item.server_label}`;
    case 'mcp_call':
      return `${item.type} ${item.server_label} ${item.name} ${item.status}`;
    case 'mcp_approval_request':
      return `${item.type} ${item.server_label} ${item.name}`;
  }
}

function sketchUsage(usage: { input_tokens: number; output_tokens: number } | null): string {
  return usage === null
    ? 'none'
    : JSON.stringify(usage)
        .replace(/_tokens/g, '')
        .replace(/"/g, '');
}
