import type { ResponseEvent } from '../../../src/contracts/responses/events.js';
import type { ResponseResource } from '../../../src/contracts/responses/response.js';

/** What a person reads of an answer, in its order. */
export interface Piece {
  kind: 'text' | 'thoughts' | 'call';
  text: string;
}

/** Reads the pieces out of the whole response, or out of the events while it is under way. */
export function piecesOf(
  events: readonly ResponseEvent[],
  response: ResponseResource | undefined,
): Piece[] {
  const output = response?.output ?? [];
  return output.length > 0 ? output.flatMap(pieceOf) : piecesOfEvents(events);
}

type Fields = Record<string, unknown>;

const word = (value: unknown): string => (typeof value === 'string' ? value : '');

function pieceOf(item: object): Piece[] {
  const { type, name, summary, content, arguments: args, input } = item as Fields;
  const text = (parts: unknown): string =>
    (Array.isArray(parts) ? (parts as Fields[]) : [])
      .map((part) => word(part.text) || word(part.refusal))
      .join('');
  if (type === 'message') return [{ kind: 'text', text: text(content) }];
  if (type === 'reasoning') return [{ kind: 'thoughts', text: text(summary) + text(content) }];
  return [{ kind: 'call', text: `${word(name) || word(type)}(${word(args) || word(input)})` }];
}

const kinds: Readonly<Record<string, Piece['kind']>> = {
  'response.output_text.delta': 'text',
  'response.refusal.delta': 'text',
  'response.reasoning_summary_text.delta': 'thoughts',
  'response.reasoning_text.delta': 'thoughts',
  'response.function_call_arguments.delta': 'call',
  'response.custom_tool_call_input.delta': 'call',
};

function piecesOfEvents(events: readonly ResponseEvent[]): Piece[] {
  const pieces = new Map<number, Piece>();
  for (const event of events) {
    const {
      output_index: index,
      delta,
      item,
    } = event as unknown as Fields & {
      output_index?: number;
    };
    if (index === undefined) continue;
    const kind = kinds[event.type];
    if (kind === undefined) {
      const name = (item as Fields | undefined)?.name;
      if (event.type === 'response.output_item.added' && typeof name === 'string')
        pieces.set(index, { kind: 'call', text: `${name} ` });
      continue;
    }
    const before = pieces.get(index)?.text ?? '';
    pieces.set(index, { kind, text: before + String(delta) });
  }
  return [...pieces.values()];
}
