import type { AdvisedWarning, CallView } from '../../../src/inspector/views/contract.js';

/** The left side is the request, the right one what the backend is asked with; both have a `tools[0]`. */
export type Side = 'request' | 'backend';

/** One thing of a request that can become another: a setting, an item, a message, a call, a tool. */
export interface Part {
  side: Side;
  /** It is the path in the request, as warnings and links name it. */
  path: string;
  title: string;
  value: unknown;
  inner: readonly Part[];
}

export interface Parts {
  settings: readonly Part[];
  turns: readonly Part[];
  tools: readonly Part[];
}

type Fields = Readonly<Record<string, unknown>>;

const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const word = (value: unknown): string => (typeof value === 'string' ? value : '');

const part = (side: Side, path: string, title: string, value: unknown): Part => ({
  side,
  path,
  title,
  value,
  inner: [],
});

export function requestParts(
  body: unknown,
  history: readonly unknown[],
  side: Side = 'request',
): Parts {
  const { input, instructions, messages, tools, ...settings } = asFields(body);
  const items = (list: readonly unknown[], name: string): Part[] =>
    list.map((item, index) => part(side, `${name}[${index}]`, titleOfItem(item), item));
  return {
    settings: settingsOf(side, settings),
    turns: [
      ...(word(instructions) === '' ? [] : [part(side, 'instructions', '', instructions)]),
      ...items(asList(messages), 'messages'),
      ...items(history, 'history'),
      ...(typeof input === 'string' ? [part(side, 'input', 'user', input)] : []),
      ...items(asList(input), 'input'),
    ],
    tools: toolsOf(side, tools),
  };
}

/** A backend that speaks Responses is asked with items, and any other one with messages. */
export function backendParts(request: object): Parts {
  if (!('messages' in request)) return requestParts(request, [], 'backend');
  const { messages, tools, ...settings } = asFields(request);
  return {
    settings: settingsOf('backend', settings),
    turns: asList(messages).map((message, index) => {
      const path = `messages[${index}]`;
      const { tool_calls: calls, ...rest } = asFields(message);
      const inner = asList(calls).map((call, place) =>
        part('backend', `${path}.tool_calls[${place}]`, nameOf(formOf(call)), call),
      );
      return { ...part('backend', path, word(rest.role), rest), inner };
    }),
    tools: toolsOf('backend', tools),
  };
}

function settingsOf(side: Side, settings: Fields): Part[] {
  return Object.entries(settings).map(([name, value]) => part(side, name, '', value));
}

function toolsOf(side: Side, tools: unknown): Part[] {
  return asList(tools).map((tool, index) =>
    part(side, `tools[${index}]`, nameOf(formOf(tool)), tool),
  );
}

function titleOfItem(item: unknown): string {
  const { type, role, name } = asFields(item);
  return [word(type), word(role), word(name)].filter((text) => text !== '').join(' ');
}

/** A chat call or tool has its name one step further in than one of Responses. */
function formOf(tool: unknown): unknown {
  const { function: fn, custom } = asFields(tool);
  return fn ?? custom ?? tool;
}

function nameOf(tool: unknown): string {
  const { name, type } = asFields(tool);
  return word(name) || word(type);
}

export const keyOf = ({ side, path }: Pick<Part, 'side' | 'path'>): string => `${side}:${path}`;

/** Gives what belongs to each part on the other side, by the keys of both. */
export function linksOf({
  links,
}: Pick<CallView, 'links'>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (from: string, to: string): void => {
    const known = found.get(from);
    if (known === undefined) found.set(from, [to]);
    else known.push(to);
  };
  for (const { from, to } of links) {
    add(`request:${from}`, `backend:${to}`);
    add(`backend:${to}`, `request:${from}`);
  }
  return found;
}

/** Gives the warnings of each part: a warning for `tools[0].type` belongs to `tools[0]`. Those without a place have the key ''. */
export function warningsByPart(
  warnings: readonly AdvisedWarning[],
  { settings, turns, tools }: Parts,
): ReadonlyMap<string, readonly AdvisedWarning[]> {
  const parts = [...settings, ...turns, ...tools];
  const found = new Map<string, AdvisedWarning[]>();
  for (const warning of warnings) {
    const { param } = warning;
    const place = parts
      .filter(
        ({ path }) =>
          param === path ||
          (param ?? '').startsWith(`${path}.`) ||
          (param ?? '').startsWith(`${path}[`),
      )
      .sort((one, other) => other.path.length - one.path.length)
      .at(0);
    const key = place === undefined ? '' : keyOf(place);
    const known = found.get(key);
    if (known === undefined) found.set(key, [warning]);
    else known.push(warning);
  }
  return found;
}
