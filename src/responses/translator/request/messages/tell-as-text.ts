import type {
  ChatAssistantMessage,
  ChatFunctionTool,
  ChatMessage,
  ChatToolMessage,
} from '../../../../contracts/chat/request.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { writeCall } from './write-call.js';

/**
 * Tells the messages of one turn as the model's template shows them. What it leaves out of a conversation is told in another
 * place: calls and outputs as text, and the text beside calls in a message of its own or with the first output.
 */
export function tellAsText(
  messages: readonly ChatMessage[],
  dialect: BackendDialect,
): ChatMessage[] {
  const { toolTelling, textBesideCalls } = dialect;
  if (toolTelling === 'native' && textBesideCalls === 'shown') return [...messages];
  let besideCalls = '';
  return messages.flatMap((message): ChatMessage[] => {
    if (message.role === 'assistant') {
      if (toolTelling !== 'native') return [withCallsAsText(message, dialect)];
      if (textBesideCalls === 'apart') return apart(message);
      const text = textOfCalls(message);
      besideCalls = text ?? '';
      return [text === undefined ? message : { ...message, content: null }];
    }
    if (message.role !== 'tool') return [message];
    if (toolTelling === 'all_as_text') return [outputAsText(message)];
    const said = besideCalls;
    besideCalls = '';
    return [said === '' ? message : withText(message, said)];
  });
}

function textOfCalls({ content, tool_calls: calls }: ChatAssistantMessage): string | undefined {
  return calls !== undefined && typeof content === 'string' && content !== '' ? content : undefined;
}

function withCallsAsText(message: ChatAssistantMessage, dialect: BackendDialect): ChatMessage {
  const { tool_calls: calls, content, ...rest } = message;
  if (calls === undefined) return message;
  const written = calls.flatMap((call) =>
    call.type === 'function' ? [writeCall(call.function, dialect.callStyle)] : [],
  );
  const text = typeof content === 'string' && content !== '' ? [content] : [];
  return { ...rest, content: [...text, ...written].join('\n') };
}

function apart(message: ChatAssistantMessage): ChatMessage[] {
  const text = textOfCalls(message);
  if (text === undefined) return [message];
  return [
    { role: 'assistant', content: text },
    { ...message, content: null },
  ];
}

function outputAsText({ content }: ChatToolMessage): ChatMessage {
  return { role: 'user', content: `<tool_response>\n${content}\n</tool_response>` };
}

function withText(message: ChatToolMessage, said: string): ChatToolMessage {
  return { ...message, content: `(Said with the call: ${said})\n${message.content}` };
}

/**
 * Describes the tools in words, for templates that have no place for them. The wording is Hermes', which most models have seen.
 */
export function toolsAsText(tools: readonly ChatFunctionTool[]): string {
  if (tools.length === 0) return '';
  const listed = tools.map((tool) => JSON.stringify(tool)).join('\n');
  return `# Tools

You may call one or more functions to assist with the user query. They are listed within <tools></tools>:
<tools>
${listed}
</tools>

For each call write a JSON object with the function's name and arguments within <tool_call></tool_call>:
<tool_call>
{"name": <function-name>, "arguments": <arguments-object>}
</tool_call>`;
}
