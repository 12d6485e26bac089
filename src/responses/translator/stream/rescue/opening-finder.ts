import { textCallSyntaxes } from './text-call-syntaxes.js';
import type { TextCallSyntax } from './text-call-syntax.js';

export interface Opening {
  at: number;
  /** These syntaxes begin so; the first one that finds a call has it. */
  syntaxes: readonly TextCallSyntax[];
}

const anywhere = textCallSyntaxes.filter(({ startOnly }) => startOnly !== true);
const atStart = textCallSyntaxes.filter(({ startOnly }) => startOnly === true);
const marks = [...new Set(anywhere.flatMap(({ opens }) => opens))].sort(
  (one, other) => other.length - one.length,
);
const anyMark = new RegExp(marks.map(escaped).join('|'), 'g');
const firstSigns = new Set(marks.map((mark) => mark.charAt(0)));
const longestMark = marks[0]?.length ?? 0;

/**
 * Finds the first sign of a call at or behind `from`. @param isStart says that nothing but white space stands before the text.
 */
export function findOpening(text: string, from: number, isStart: boolean): Opening | undefined {
  if (isStart && from === 0) {
    const at = text.length - text.trimStart().length;
    const syntaxes = syntaxesAt(text, at, atStart);
    if (syntaxes.length > 0) {
      return { at, syntaxes: [...syntaxesAt(text, at, anywhere), ...syntaxes] };
    }
  }
  anyMark.lastIndex = from;
  const match = anyMark.exec(text);
  if (match === null) return undefined;
  return { at: match.index, syntaxes: syntaxesAt(text, match.index, anywhere) };
}

function syntaxesAt(
  text: string,
  at: number,
  syntaxes: readonly TextCallSyntax[],
): TextCallSyntax[] {
  return syntaxes.filter(({ opens }) => opens.some((open) => text.startsWith(open, at)));
}

/** Counts how many characters at the end of the text could be the beginning of a sign. */
export function lengthOfCutOpening(text: string, isStart: boolean): number {
  for (let at = Math.max(0, text.length - longestMark + 1); at < text.length; at++) {
    if (!firstSigns.has(text.charAt(at))) continue;
    const rest = text.slice(at);
    if (marks.some((mark) => mark.length > rest.length && mark.startsWith(rest)))
      return rest.length;
  }
  const start = text.trimStart();
  const opens = isStart ? atStart.flatMap((syntax) => syntax.opens) : [];
  const isCut = start !== '' && opens.some((open) => open !== start && open.startsWith(start));
  return isCut ? start.length : 0;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
