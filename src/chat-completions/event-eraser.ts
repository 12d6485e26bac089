import type { ChatChunk } from '../contracts/chat/chunk.js';
import { asRecord, parseJson } from '../common/json.js';
import type { ChunkFilter } from '../responses/backend/wire/delta-eraser.js';

const newline = 0x0a;
const mark = 'data:';

/** A longer line goes on as it comes: nothing of it is put together with others. */
const longestLine = 1024 * 1024;

/**
 * Erases what a model spells over several events of a stream that passes. Events of which nothing changes pass as the bytes
 * they are, and so does whatever is no line of data.
 */
export class EventEraser {
  /** The line of data that has no end yet. */
  private line: Buffer[] = [];
  private lineBytes = 0;
  /** The rest of a line passes whose beginning has. */
  private isPassing = false;

  constructor(private readonly erasers: readonly ChunkFilter[]) {}

  push(bytes: Buffer): Buffer {
    const shown: Buffer[] = [];
    for (let from = 0; from < bytes.length;) {
      const end = bytes.indexOf(newline, from) + 1;
      const piece = bytes.subarray(from, end === 0 ? bytes.length : end);
      from += piece.length;
      shown.push(this.read(piece, end > 0));
    }
    return Buffer.concat(shown);
  }

  end(): Buffer {
    const rest = Buffer.concat(this.line);
    this.line = [];
    const held = this.erasers.flatMap((eraser, at) => this.through(eraser.end(), at + 1));
    return Buffer.concat([rest, Buffer.from(held.map(eventOf).join(''))]);
  }

  private read(piece: Buffer, isEnd: boolean): Buffer {
    if (this.isPassing) {
      this.isPassing = !isEnd;
      return piece;
    }
    this.line.push(piece);
    this.lineBytes += piece.length;
    const mayBeData = this.lineBytes <= longestLine && this.startsLikeData();
    if (!isEnd && mayBeData) return Buffer.alloc(0);
    const line = Buffer.concat(this.line);
    this.line = [];
    this.lineBytes = 0;
    this.isPassing = !isEnd;
    return isEnd && mayBeData ? this.event(line) : line;
  }

  private startsLikeData(): boolean {
    const [first] = this.line;
    if (first === undefined || first.length >= mark.length)
      return first?.toString('latin1', 0, mark.length) === mark;
    const start = Buffer.concat(this.line.slice(0, mark.length)).toString('latin1', 0, mark.length);
    return mark.startsWith(start);
  }

  private event(line: Buffer): Buffer {
    const text = line.toString('utf8', mark.length).trim();
    const chunk = asRecord(parseJson(text));
    if (chunk === undefined) return text === '[DONE]' ? Buffer.concat([this.end(), line]) : line;
    const chunks = this.through([chunk], 0);
    // A client reads an event behind its name, so one that is held back whole says nothing.
    const last = chunks.pop() ?? { ...chunk, delta: '' };
    const before = Buffer.from(chunks.map(eventOf).join(''));
    const shown = last === chunk ? line : Buffer.from(`data: ${JSON.stringify(last)}\n`);
    return before.length === 0 ? shown : Buffer.concat([before, shown]);
  }

  private through(chunks: ChatChunk[], from: number): ChatChunk[] {
    return this.erasers.slice(from).reduce((shown, eraser) => eraser.pushAll(shown), chunks);
  }
}

function eventOf(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
