import type { ChatMessage } from '../../src/contracts/chat/request.js';

/**
 * Knows what a strict chat template and a strict engine accept, written independently of the translation. Returns the broken
 * rules; an empty array is a valid conversation.
 */
export function chatOrderProblems(messages: readonly ChatMessage[]): string[] {
  const problems: string[] = [];
  let waiting: string[] = [];
  for (const [index, message] of messages.entries()) {
    const report = (problem: string) => problems.push(`messages[${index}]: ${problem}`);
    if (message.role === 'tool') {
      if (waiting[0] !== message.tool_call_id)
        report(`answers ${message.tool_call_id} out of turn`);
      waiting = waiting.filter((id) => id !== message.tool_call_id);
      if (typeof message.content !== 'string') report('tool content is no string');
      continue;
    }
    if (waiting.length > 0) report(`calls without an output: ${waiting.join(', ')}`);
    waiting = [];
    switch (message.role) {
      case 'system':
      case 'developer':
        if (index > 0) report('system message after the first');
        if (typeof message.content !== 'string' || message.content === '') report('empty system');
        break;
      case 'user':
        if (typeof message.content !== 'string' && message.content.length === 0) report('empty []');
        break;
      case 'assistant': {
        const calls = message.tool_calls;
        if (calls?.length === 0) report('empty tool_calls');
        if (message.content === null && calls === undefined) report('null without calls');
        if (messages[index - 1]?.role === 'assistant') report('two assistant messages in a row');
        waiting = (calls ?? []).map((call) => call.id);
        if (new Set(waiting).size !== waiting.length) report('a call id twice');
        for (const call of calls ?? []) {
          if (call.function?.arguments.trim() === '') report('empty arguments');
        }
        break;
      }
    }
  }
  if (waiting.length > 0) problems.push(`end: calls without an output: ${waiting.join(', ')}`);
  return problems;
}
