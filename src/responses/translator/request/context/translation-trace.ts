import { nonEmptyText } from '../../../../common/json.js';
import type { BackendRequest, ResponsesRequest } from '../../../../contracts/backend-request.js';
import type { ChatMessage, ChatRequest } from '../../../../contracts/chat/request.js';
import { isResponsesRequest } from '../../backend-request.js';
import { settingLinks } from './setting-links.js';
import type { TraceLink } from './trace-link.js';
import type { ToolCall, Turn } from './turn.js';

type Origin = Omit<TraceLink, 'to'>;

/**
 * Notes, while a request is translated, what became of its parts. It holds on to the objects of that one translation, and reads its
 * links out of them only when they are asked for. Where nobody wants to know, there is none, and nothing is noted.
 */
export class TranslationTrace {
  private current: Origin | undefined;
  private readonly origins = new Map<object, Origin[]>();
  private readonly toolOrigins = new Map<string, Origin[]>();
  private readonly told: { turn: Turn; messages: readonly ChatMessage[] }[] = [];
  private readonly wholes = new Map<ChatMessage, ChatMessage>();

  /** Says what is read from now on. */
  read(from: string, rule: string): void {
    this.current = { from, rule };
  }

  /** Notes a turn, a call or an output that was made of what is read, or an item or tool for a backend that speaks Responses. */
  note(part: object): void {
    push(this.origins, part, this.current);
  }

  /** Notes the chat name of a tool that was made of what is read. */
  noteTool(name: string): void {
    push(this.toolOrigins, name, this.current);
  }

  /** Says that turns go on as copies, in the same order. */
  copied(turns: readonly Turn[], copies: readonly Turn[]): void {
    for (const [index, turn] of turns.entries()) {
      const copy = copies[index];
      if (copy === undefined || copy === turn) continue;
      this.move(turn, copy);
      if (turn.kind !== 'assistant' || copy.kind !== 'assistant') continue;
      for (const [place, call] of turn.calls.entries()) this.move(call, copy.calls[place]);
    }
  }

  /** Says which messages a turn became. */
  tell(turn: Turn, messages: readonly ChatMessage[]): void {
    this.told.push({ turn, messages });
  }

  /** Says which messages turns became, where they may have become one together. */
  tellTogether(turns: readonly Turn[], messages: readonly ChatMessage[]): void {
    const isOneEach = turns.length === messages.length;
    for (const [index, turn] of turns.entries())
      this.tell(turn, isOneEach ? messages.slice(index, index + 1) : messages);
  }

  /** Says that two messages became one. */
  join(first: ChatMessage, second: ChatMessage, whole: ChatMessage): void {
    this.wholes.set(first, whole).set(second, whole);
  }

  /** Gives what is known of the request that all this became. */
  links(request: BackendRequest): TraceLink[] {
    return distinct(isResponsesRequest(request) ? this.toItems(request) : this.toMessages(request));
  }

  private toItems(request: ResponsesRequest): TraceLink[] {
    const { input, tools = [] } = request;
    return [
      ...input.flatMap((item, index) => this.linksTo([`input[${index}]`], item)),
      ...tools.flatMap((tool, index) => [
        ...this.linksTo([`tools[${index}]`], tool),
        ...this.linksOfTool(nonEmptyText(tool.name) ?? '', index),
      ]),
      ...settingLinks(request),
    ];
  }

  private toMessages(request: ChatRequest): TraceLink[] {
    const places = new Map(
      request.messages.map((message, index) => [message, `messages[${index}]`]),
    );
    const pathOf = (message: ChatMessage): string[] => {
      const path = places.get(this.wholeOf(message));
      return path === undefined ? [] : [path];
    };
    const ofTurns = this.told.flatMap(({ turn, messages }) =>
      turn.kind === 'assistant'
        ? this.linksOfAnswer(turn, messages, pathOf)
        : this.linksTo(messages.flatMap(pathOf), turn),
    );
    return [...ofTurns, ...this.linksOfTools(request), ...settingLinks(request)];
  }

  /** An answer is several messages: its own, and one for each output. Told as text, they cannot be told apart any more. */
  private linksOfAnswer(
    turn: Turn & { calls: readonly ToolCall[] },
    messages: readonly ChatMessage[],
    pathOf: (message: ChatMessage) => string[],
  ): TraceLink[] {
    const all = messages.flatMap(pathOf);
    const spoken = messages.filter((message) => message.role === 'assistant');
    const calls = spoken.flatMap((message) => {
      const count = message.tool_calls?.length ?? 0;
      const places = Array.from({ length: count }, (_call, index) => index);
      return pathOf(message).flatMap((path) =>
        places.map((place) => `${path}.tool_calls[${place}]`),
      );
    });
    const outputs = messages.filter(({ role }) => role === 'tool').flatMap(pathOf);
    const attached = messages.filter(({ role }) => role === 'user').flatMap(pathOf);
    const one = (paths: readonly string[], index: number): readonly string[] =>
      paths.length === turn.calls.length ? paths.slice(index, index + 1) : all;
    return [
      ...this.linksTo(spoken.flatMap(pathOf), turn),
      ...turn.calls.flatMap((call, index) => [
        ...this.linksTo(one(calls, index), call),
        ...(call.output === undefined ? [] : this.linksTo(one(outputs, index), call.output)),
        ...(call.output?.attachments.length ? this.linksTo(attached, call.output) : []),
      ]),
    ];
  }

  private linksOfTools({ tools }: ChatRequest): TraceLink[] {
    const known = [...this.toolOrigins];
    // A template without a place for tools has them in the first message.
    if (tools === undefined)
      return known.flatMap(([, origins]) =>
        origins.map((from) => ({ ...from, to: 'messages[0]' })),
      );
    return tools.flatMap((tool, index) =>
      this.linksOfTool((tool.function ?? tool.custom).name, index),
    );
  }

  private linksOfTool(name: string, index: number): TraceLink[] {
    const origins = this.toolOrigins.get(name) ?? [];
    return origins.map((from) => ({ ...from, to: `tools[${index}]` }));
  }

  private linksTo(paths: readonly string[], part: object): TraceLink[] {
    const origins = this.origins.get(part) ?? [];
    return origins.flatMap((origin) => paths.map((to) => ({ ...origin, to })));
  }

  private move(from: object, to: object | undefined): void {
    const known = this.origins.get(from);
    if (known !== undefined && to !== undefined) this.origins.set(to, known);
  }

  private wholeOf(message: ChatMessage): ChatMessage {
    let whole = message;
    for (let next = this.wholes.get(whole); next !== undefined; next = this.wholes.get(whole))
      whole = next;
    return whole;
  }
}

function push<Key>(map: Map<Key, Origin[]>, key: Key, origin: Origin | undefined): void {
  if (origin === undefined) return;
  const known = map.get(key);
  if (known === undefined) map.set(key, [origin]);
  else known.push(origin);
}

function distinct(links: readonly TraceLink[]): TraceLink[] {
  return [...new Map(links.map((link) => [`${link.from} ${link.to}`, link])).values()];
}
