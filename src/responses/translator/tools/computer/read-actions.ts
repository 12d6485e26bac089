import type { ComputerAction } from '../../../../contracts/responses/computer.js';
import {
  asArray,
  isRecord,
  type JsonRecord,
  nonEmptyText,
  parseJson,
} from '../../../../common/json.js';
import type { WarningCollector } from '../../warning.js';

type ActionReader = (action: JsonRecord) => ComputerAction;

/** The model sees what is there, and may try again, when nothing of its call can be done. */
const LOOK: ComputerAction = { type: 'screenshot' };

const readers: Readonly<Record<string, ActionReader>> = {
  click: (action) => ({
    type: 'click',
    button: readButton(action.button),
    ...place(action),
    ...held(action),
  }),
  double_click: (action) => ({
    type: 'double_click',
    ...place(action),
    keys: readKeys(action.keys) ?? null,
  }),
  drag: (action) => ({ type: 'drag', path: asArray(action.path).map(readPoint), ...held(action) }),
  keypress: (action) => ({
    type: 'keypress',
    keys: readKeys(action.keys ?? action.key ?? action.text) ?? [],
  }),
  move: (action) => ({ type: 'move', ...place(action), ...held(action) }),
  screenshot: () => LOOK,
  scroll: (action) => ({
    type: 'scroll',
    ...place(action),
    scroll_x: pixels(action.scroll_x ?? action.dx),
    scroll_y: pixels(action.scroll_y ?? action.dy),
    ...held(action),
  }),
  type: ({ text }) => ({ type: 'type', text: typeof text === 'string' ? text : '' }),
  wait: () => ({ type: 'wait' }),
};

/** Models know these names from other computer tools. */
const otherNames: Readonly<Record<string, JsonRecord>> = {
  left_click: { type: 'click', button: 'left' },
  right_click: { type: 'click', button: 'right' },
  middle_click: { type: 'click', button: 'wheel' },
  mouse_move: { type: 'move' },
  key: { type: 'keypress' },
};

/** Reads the actions of a call, also one that stands alone, under `action`, or as a text of JSON. */
export function readActions(
  callArguments: JsonRecord,
  warnings: WarningCollector,
): [ComputerAction, ...ComputerAction[]] {
  const given = callArguments.actions ?? callArguments.action ?? callArguments;
  const parsed = typeof given === 'string' ? (parseJson(given) ?? { type: given }) : given;
  const wanted = [parsed].flat() as unknown[];
  const actions = wanted.flatMap((action) => readAction(action) ?? []);
  if (actions.length < wanted.length) {
    const message = 'An action that the computer tool does not have was left out of a call.';
    warnings.add('arguments_invalid', null, message);
  }
  const [first = LOOK, ...others] = actions;
  return [first, ...others];
}

function readAction(action: unknown): ComputerAction | undefined {
  if (!isRecord(action)) return undefined;
  const named = nonEmptyText(action.type) ?? nonEmptyText(action.action) ?? '';
  const renamed = Object.hasOwn(otherNames, named) ? otherNames[named] : undefined;
  const read = { ...action, type: named, ...renamed };
  return Object.hasOwn(readers, read.type) ? readers[read.type]?.(read) : undefined;
}

function place(action: JsonRecord): { x: number; y: number } {
  return readPoint(action.coordinate ?? action);
}

/** Reads `{x, y}` or `[x, y]`. */
function readPoint(point: unknown): { x: number; y: number } {
  if (Array.isArray(point)) return { x: pixels(point[0]), y: pixels(point[1]) };
  return isRecord(point) ? { x: pixels(point.x), y: pixels(point.y) } : { x: 0, y: 0 };
}

function pixels(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? Math.round(number) : 0;
}

function readButton(button: unknown): 'left' | 'right' | 'wheel' | 'back' | 'forward' {
  switch (button) {
    case 'right':
    case 'wheel':
    case 'back':
    case 'forward':
      return button;
    case 'middle':
      return 'wheel';
    default:
      return 'left';
  }
}

function held({ keys }: JsonRecord): { keys?: string[] } {
  const read = readKeys(keys);
  return read === undefined ? {} : { keys: read };
}

/** Reads keys from a list, or from one text such as `ctrl+c`. */
function readKeys(keys: unknown): string[] | undefined {
  if (typeof keys === 'string') return keys.length > 1 ? keys.split('+') : [keys];
  const read = asArray(keys).filter((key) => typeof key === 'string');
  return read.length === 0 ? undefined : read;
}
