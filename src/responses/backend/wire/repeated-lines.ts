import {
  asRecord,
  isRecord,
  nonEmptyText,
  parseJson,
  type JsonRecord,
} from '../../../common/json.js';
import { TextChunk, type ChatChunk } from '../../../contracts/chat/chunk.js';
import { isErrorPayload } from '../errors/error-shape.js';

/** A token stands in one of these fields of a delta. */
const textFields = ['content', 'reasoning_content', 'reasoning'] as const;

/** A stream whose lines differ in more than the text has only the first few lessons. */
const freeLessons = 4;
const linesPerLesson = 8;

/** A role and a token may be all that comes, and a lesson costs what eight lines save. */
const firstLines = 2;

/** So many lines without a form are looked at one by one; then whole reads are parsed, which is faster. */
const mostPatience = 16;

const [lineFeed, firstSign, quote, backslash, firstBeyondAscii] = [0x0a, 0x20, 0x22, 0x5c, 0x80];

/** Describes lines that are the same but for one JSON string. */
interface LineForm {
  /** Goes up to the quotation mark before the text. */
  head: string;
  /** Begins with the quotation mark behind the text, and ends with the line. */
  tail: string;
  chunkOf: (text: string) => ChatChunk;
}

/**
 * Reads lines of a stream that differ from an earlier one in their text alone, as most tokens do. What is around the text is
 * compared in place of being parsed, which needs a seventh of the time. Whatever else comes is left to the parser.
 */
export class RepeatedLines {
  private form: LineForm | undefined;
  private lessons = 0;
  private linesRead = 0;
  private patience = mostPatience;
  private unlearned = firstLines;

  constructor(private readonly maxLineBytes: number) {}

  get knowsForm(): boolean {
    return this.form !== undefined;
  }

  /** Tells that lines are worth being looked at one by one. */
  get isWatching(): boolean {
    return this.form !== undefined || this.patience > 0;
  }

  /** Learns the form of a line that was parsed. Without a payload it is one whose form tells nothing of the next ones. */
  learn(line: string, payload: unknown): void {
    if (this.unlearned > 0) {
      this.unlearned -= 1;
      return;
    }
    const mayLearn = this.lessons < freeLessons + this.linesRead / linesPerLesson;
    this.form = mayLearn ? formOf(line, payload) : undefined;
    if (this.form === undefined) this.patience -= 1;
    else {
      this.patience = mostPatience;
      this.lessons += 1;
    }
  }

  /**
   * Reads the lines from `from` on that have the form, and gives the place behind them.
   * @param text holds a character for each of the bytes.
   */
  read(bytes: Buffer, text: string, from: number, chunks: ChatChunk[]): number {
    if (this.form === undefined) return from;
    const { head, tail, chunkOf } = this.form;
    for (let at = from; ;) {
      // An event that was read with its line is over already.
      while (text.charCodeAt(at) === lineFeed) at += 1;
      const start = at + head.length;
      if (text.slice(at, start) !== head) return at;
      let isPlain = true;
      let end = start;
      for (let code = text.charCodeAt(end); code !== quote; code = text.charCodeAt(++end)) {
        // What is no number stands behind the last character.
        if (!(code >= firstSign)) return at;
        if (code === backslash) end += 1;
        if (code === backslash || code >= firstBeyondAscii) isPlain = false;
      }
      const behind = end + tail.length;
      if (text.slice(end, behind) !== tail || behind - at > this.maxLineBytes) return at;
      // A slice of `text` would keep all of it in memory.
      const token = isPlain ? bytes.toString('latin1', start, end) : decoded(bytes, start, end);
      if (token === undefined) return at;
      chunks.push(chunkOf(token));
      this.linesRead += 1;
      at = behind;
    }
  }
}

function decoded(bytes: Buffer, start: number, end: number): string | undefined {
  const value = parseJson(`"${bytes.toString('utf8', start, end)}"`);
  return typeof value === 'string' ? value : undefined;
}

/** Gives the form of a line with one text, after a proof that another text in its place is read as the same chunk. */
function formOf(line: string, payload: unknown): LineForm | undefined {
  if (!isRecord(payload) || !Array.isArray(payload.choices) || isErrorPayload(payload)) return;
  const choice = asRecord(payload.choices[0]);
  const delta = asRecord(choice?.delta);
  if (payload.choices.length !== 1 || choice === undefined || delta === undefined) return;
  if (choice.finish_reason != null) return;
  const field = textFields.find((name) => typeof delta[name] === 'string' && delta[name] !== '');
  const cut = field && cutAround(line, `"${field}":`);
  if (field === undefined || cut === undefined) return;
  const chunkOf = (text: string): ChatChunk => ({
    ...payload,
    choices: [{ ...choice, delta: { ...delta, [field]: text } }],
  });
  const other = `${String(delta[field])}?`;
  const textChunkOf = isOnlyText(payload, choice, delta)
    ? (text: string): ChatChunk => new TextChunk(text, chunkOf)
    : chunkOf;
  const isProved =
    isSame(chunkOf(String(delta[field])), payload) &&
    isSame(
      chunkOf(other),
      parseJson(cut.head.slice(5) + JSON.stringify(other).slice(1, -1) + cut.tail),
    );
  return isProved ? { ...cut, chunkOf: textChunkOf } : undefined;
}

/** Tells that a chunk says nothing that must be read again with each text. What stands beside the choices is true once for all. */
function isOnlyText(payload: JsonRecord, choice: JsonRecord, delta: JsonRecord): boolean {
  return (
    saysNothing(choice, ['delta', ...(choice.index === 0 ? ['index'] : [])]) &&
    saysNothing(delta, ['role', 'content']) &&
    payload.object !== 'chat.completion' &&
    nonEmptyText(delta.content) !== undefined
  );
}

/** Tells that the fields beside these are nothing. */
function saysNothing(record: JsonRecord, names: readonly string[]): boolean {
  const isNothing = (value: unknown): boolean => value === null || value === '';
  return Object.entries(record).every(([name, value]) => names.includes(name) || isNothing(value));
}

/** Cuts a line around the one text that stands behind a name. */
function cutAround(line: string, name: string): { head: string; tail: string } | undefined {
  const at = line.indexOf(name);
  if (at < 0 || line.lastIndexOf(name) !== at) return;
  let start = at + name.length;
  while (line.charCodeAt(start) === firstSign) start += 1;
  if (line.charCodeAt(start) !== quote) return;
  start += 1;
  let end = start;
  while (end < line.length && line.charCodeAt(end) !== quote) {
    end += line.charCodeAt(end) === backslash ? 2 : 1;
  }
  const [head, tail] = [line.slice(0, start), line.slice(end)];
  const isAscii = /^[\x20-\x7e]*$/.test(head + tail);
  return isAscii ? { head: copied(head), tail: copied(`${tail}\n`) } : undefined;
}

/** A slice of a read would keep all of it in memory for as long as the stream lives. */
function copied(ascii: string): string {
  return Buffer.from(ascii, 'latin1').toString('latin1');
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
