import type { ApiError } from '../../../common/api-error.js';
import { backendStreamBroken } from '../../../common/error-table.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import { isRecord, parseJson } from '../../../common/json.js';
import { isErrorPayload } from '../errors/error-shape.js';
import { endOfEvent, LineSplitter } from './line-splitter.js';
import { classifyInStream, isKeepAlive, lineTooLong } from './payload-forms.js';
import { RepeatedLines } from './repeated-lines.js';
import { chatForm, type StreamForm } from './stream-form.js';

/**
 * Makes chat chunks of the bytes of a backend's answer, as lenient as docs/compatibility.md says. It is not eventsource-parser,
 * which drops lines that are no SSE field, and those are what some backends send (Ollama's bare `{"error":…}`, NDJSON,
 * llama.cpp's `error:` field, one JSON body although a stream was asked for).
 *
 * `push` and `end` return the chunks that became complete. `failure` and `done` are then looked at in this order; chunks that
 * came before a failure are still good. The content-type is not looked at, since it lies.
 */
export class SseDecoder {
  /** Says why the stream cannot go on. */
  failure: ApiError | undefined;
  /** `[DONE]` was read; what follows it is of no interest. */
  done = false;

  private readonly lines: LineSplitter;
  private chunks: ChatChunk[] = [];
  private eventName = '';
  /** Holds `data:` lines that are no JSON on their own; they are joined at the event's end. */
  private data: string[] = [];
  /** Holds the lines of one JSON body that is printed over several lines. */
  private body: string[] | undefined;
  private heldBytes = 0;
  private payloads = 0;
  private finishSeen = false;
  private foreignText = '';

  constructor(
    private readonly maxLineBytes: number,
    private readonly classify: (body: unknown) => ApiError = classifyInStream,
    /** Makes an answer of an error that holds one. */
    private readonly repair: (body: unknown) => ChatChunk | undefined = () => undefined,
    private readonly repeated = new RepeatedLines(maxLineBytes),
    private readonly form: StreamForm = chatForm,
  ) {
    this.lines = new LineSplitter(maxLineBytes);
  }

  push(bytes: Buffer): ChatChunk[] {
    if (this.isOver()) return [];
    let text: string | undefined;
    for (let at = 0; at < bytes.length && !this.isOver();) {
      if (this.repeated.knowsForm && this.isBetweenEvents()) {
        text ??= bytes.toString('latin1');
        at = this.repeated.read(bytes, text, at, this.chunks);
      }
      const end = this.repeated.isWatching ? endOfEvent(bytes, at) : bytes.length;
      this.readLines(this.lines.push(bytes.subarray(at, end)));
      at = end;
    }
    if (!this.isOver() && this.lines.overflowed) this.fail(lineTooLong(this.maxLineBytes));
    return this.takeChunks();
  }

  /** Ends the body; the last event may lack its blank line. */
  end(): ChatChunk[] {
    if (this.isOver()) return [];
    this.readLines(this.lines.end());
    this.endEvent();
    if (this.body !== undefined) this.readPayload(this.body.join('\n'));
    if (!this.isOver() && this.payloads === 0 && this.foreignText !== '') this.failWithoutStream();
    return this.takeChunks();
  }

  private readLines(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.isOver()) return;
      if (line.length > this.maxLineBytes) this.fail(lineTooLong(this.maxLineBytes));
      else if (this.body !== undefined) this.hold(this.body, line);
      else this.readLine(line);
    }
  }

  private readLine(line: string): void {
    if (line.startsWith('data:')) {
      this.readData(line.slice(5).trim(), line);
    } else if (line.trim() === '') {
      this.endEvent();
    } else if (line.startsWith('event:')) {
      this.eventName = line.slice(6).trim();
    } else if (line.startsWith('error:')) {
      this.readPayload(line.slice(6).trim(), 'error');
    } else if (!/^(?::|id:|retry:|data$)/.test(line)) {
      this.readForeignLine(line.trim());
    }
  }

  /** Reads an event at once, since most are one line of JSON: they need not wait for the blank line, which some backends forget. */
  private readData(value: string, line: string): void {
    if (value === '') return;
    if (value === '[DONE]') this.done = true;
    else if (this.data.length > 0) this.hold(this.data, value);
    else {
      const payload = parseJson(value);
      if (payload === undefined) this.hold(this.data, value);
      else {
        this.accept(payload, this.eventName);
        this.repeated.learn(line, this.eventName === '' ? payload : undefined);
      }
    }
  }

  private endEvent(): void {
    const data = this.data;
    if (data.length > 0) {
      this.data = [];
      this.heldBytes = 0;
      this.readPayload(data.join('\n'), this.eventName);
    }
    this.eventName = '';
  }

  /** Reads NDJSON and whole JSON bodies; anything else is kept for the message that says that this is no stream. */
  private readForeignLine(line: string): void {
    if (!/^[{[]/.test(line)) {
      if (this.foreignText.length < 2000) this.foreignText += `${line.slice(0, 300)}\n`;
      if (this.payloads === 0 && line.startsWith('<')) this.failWithoutStream();
      return;
    }
    const payload = parseJson(line);
    if (payload !== undefined) this.accept(payload, '');
    else if (this.payloads === 0) this.hold((this.body = []), line);
    else this.failOnGarbage();
  }

  private readPayload(text: string, eventName = ''): void {
    if (isKeepAlive(text, eventName)) return;
    const payload = parseJson(text);
    if (payload !== undefined) this.accept(payload, eventName);
    else if (eventName === 'error') this.fail(this.classify(text));
    else this.failOnGarbage();
  }

  private accept(payload: unknown, eventName: string): void {
    this.payloads += 1;
    if (eventName === 'error') this.acceptError(payload);
    else
      for (const element of Array.isArray(payload) ? payload : [payload])
        this.acceptOne(element, eventName);
  }

  private acceptOne(payload: unknown, eventName: string): void {
    if (this.isOver() || !isRecord(payload)) return;
    const chunk = this.form.read(payload, eventName);
    if (chunk === undefined) return;
    if (isErrorPayload(chunk)) {
      this.acceptError(chunk);
      return;
    }
    this.chunks.push(chunk);
    const ending = this.form.endingOf(chunk);
    this.finishSeen ||= ending !== undefined;
    this.done ||= ending === 'whole';
  }

  private acceptError(payload: unknown): void {
    const repaired = this.repair(payload);
    if (repaired === undefined) {
      this.fail(this.classify(payload));
      return;
    }
    this.chunks.push(repaired);
    this.done = true;
  }

  /** Fails, since a damaged line may have held anything and the answer is not whole; behind the finish reason nothing is lost. */
  private failOnGarbage(): void {
    if (this.finishSeen) return;
    this.fail(backendStreamBroken('The backend sent a damaged line in its stream.'));
  }

  /** Fails for a page or a text in place of a stream; it is quoted as an error's message would be. */
  private failWithoutStream(): void {
    const { message } = this.classify(this.foreignText.slice(0, 300));
    this.fail(backendStreamBroken(`The backend answered with no stream, but with: ${message}`));
  }

  private hold(lines: string[], line: string): void {
    lines.push(line);
    this.heldBytes += line.length + 1;
    if (this.heldBytes > this.maxLineBytes) this.fail(lineTooLong(this.maxLineBytes));
  }

  private fail(error: ApiError): void {
    this.failure ??= error;
  }

  /** Tells that the next byte begins a line, of which nothing before it says how it is to be read. */
  private isBetweenEvents(): boolean {
    const { body, data, eventName, lines } = this;
    return lines.isAtLineStart && body === undefined && data.length === 0 && eventName === '';
  }

  private isOver(): boolean {
    return this.done || this.failure !== undefined;
  }

  private takeChunks(): ChatChunk[] {
    const chunks = this.chunks;
    this.chunks = [];
    return chunks;
  }
}
