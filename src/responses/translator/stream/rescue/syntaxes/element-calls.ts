import type { JsonRecord } from '../../../../../common/json.js';
import {
  callOf,
  isCutToken,
  LONGEST_NAME,
  offeredName,
  skipSpace,
  type TextCallSyntax,
} from '../text-call-syntax.js';

interface ElementMarks {
  /** These marks stand around all calls of an answer. */
  list: readonly [open: string, close: string];
  /** A call begins with this; its name follows, up to a quotation mark. */
  open: string;
  /** This ends the head of a call, behind its name. */
  headEnd: string;
  close: string;
  /** Reads the arguments in the body of a call. Gives undefined when they are none. */
  read: (body: string) => JsonRecord | undefined;
}

/** Reads calls as elements of marks that prose does not have, each when it has closed. */
export function elementCalls(marks: ElementMarks): TextCallSyntax {
  const { list, open, headEnd, close, read } = marks;
  return {
    opens: [list[0], open],
    ends: [close],
    closes: [list[1]],
    special: true,
    parse(text, tools) {
      const start = text.startsWith(list[0]) ? skipSpace(text, list[0].length) : 0;
      if (!text.startsWith(open, start)) {
        return isCutToken(text.slice(start), [open]) ? 'more' : 'none';
      }
      const nameAt = start + open.length;
      const nameEnd = text.indexOf('"', nameAt);
      if (nameEnd < 0) return text.length - nameAt > LONGEST_NAME ? 'none' : 'more';
      const end = text.indexOf(close, nameEnd);
      const headAt = text.indexOf(headEnd, nameEnd);
      if (end < 0 || headAt < 0) return 'begun';
      const length = end + close.length;
      const written = text.slice(nameAt, nameEnd);
      const name = offeredName(written, tools);
      if (name === undefined) return { calls: [], length, unknown: written };
      const values = read(text.slice(headAt + headEnd.length, end));
      if (values === undefined) return { calls: [], length, broken: true };
      return { calls: [callOf(name, values, tools)], length };
    },
  };
}
