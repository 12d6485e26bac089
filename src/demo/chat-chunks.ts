/** Makes chat completion chunks as a well-behaved backend sends them. */

export interface CallStart {
  id: string;
  name: string;
  arguments?: string;
}

export interface ChatUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number };
  completion_tokens_details: { reasoning_tokens: number };
}

const head = { id: 'chatcmpl-demo', object: 'chat.completion.chunk', created: 1_700_000_000 };

export class ChatChunks {
  constructor(private readonly model: string) {}

  role(): unknown {
    return this.choice({ role: 'assistant', content: '' });
  }

  text(content: string): unknown {
    return this.choice({ content });
  }

  reasoning(text: string): unknown {
    return this.choice({ reasoning_content: text });
  }

  callStart(index: number, { id, name, arguments: fragment = '' }: CallStart): unknown {
    const call = { index, id, type: 'function', function: { name, arguments: fragment } };
    return this.choice({ tool_calls: [call] });
  }

  callArguments(index: number, fragment: string): unknown {
    return this.choice({ tool_calls: [{ index, function: { arguments: fragment } }] });
  }

  finish(reason: string): unknown {
    return this.choice({}, reason);
  }

  usage(usage: ChatUsage): unknown {
    return { ...head, model: this.model, choices: [], usage };
  }

  choice(delta: Record<string, unknown>, finishReason: string | null = null): unknown {
    const choice = { index: 0, delta, logprobs: null, finish_reason: finishReason };
    return { ...head, model: this.model, choices: [choice], usage: null };
  }
}
