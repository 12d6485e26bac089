import { asRecord, parseJson, type JsonRecord } from '../common/json.js';
import type { Usage } from '../contracts/responses/response.js';
import { UsedTokensReader } from '../responses/backend/layers/used-tokens.js';
import type { BackendListener } from '../responses/backend/wire/backend-exchange.js';

/** What is longer is passed on unread, and what it used is estimated by what was read. */
const mostHeldBytes = 8 * 1024 * 1024;

/** An event ends with an empty line. */
const eventEnd = /\n\r?\n/;
const eventEnds = /\n\r?\n/g;

/**
 * Reads what an answer has used while it passes. The event that tells the usage of a stream is left out for a client that has not
 * asked for it.
 */
export class RelayedUsage {
  private readonly reader: UsedTokensReader;
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** The last characters before what comes next: an end may lie across both. */
  private seam = '';
  private kind: 'stream' | 'whole' | 'unread' = 'unread';

  constructor(
    input: number,
    private readonly isAskedFor: boolean,
    private readonly told: (usage: Usage) => void,
  ) {
    this.reader = new UsedTokensReader(input);
  }

  get used(): UsedTokensReader['used'] {
    return this.reader.used;
  }

  /** Stands between an answer and who reads it. */
  watch(listener: BackendListener): BackendListener {
    const show = (bytes: Buffer): void => {
      if (bytes.length > 0) listener.onData(bytes);
    };
    return {
      onStart: (status, headers) => {
        const isStream = String(headers['content-type']).includes('event-stream');
        if (status < 400) this.kind = isStream ? 'stream' : 'whole';
        listener.onStart(status, headers);
      },
      onData: (chunk) => {
        show(this.push(chunk));
      },
      onEnd: () => {
        show(this.end());
        if (this.reader.usage !== undefined) this.told(this.reader.usage);
        listener.onEnd();
      },
      onError: (error) => {
        listener.onError(error);
      },
    };
  }

  private push(chunk: Buffer): Buffer {
    if (this.kind === 'unread') return chunk;
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    if (this.kind === 'whole') {
      if (this.heldBytes > mostHeldBytes) this.stopReading();
      return chunk;
    }
    // What is held is looked at only when an end has come, so that many small pieces of one event cost no more than it.
    const seen = this.seam + chunk.toString('latin1');
    this.seam = seen.slice(-2);
    if (!eventEnd.test(seen)) return this.heldBytes > mostHeldBytes ? this.stopReading() : none;
    const text = Buffer.concat(this.held).toString('latin1');
    const shown: string[] = [];
    let start = 0;
    for (const match of text.matchAll(eventEnds)) {
      const end = match.index + match[0].length;
      const event = text.slice(start, end);
      if (this.readEvent(event)) shown.push(event);
      start = end;
    }
    this.keep(Buffer.from(text.slice(start), 'latin1'));
    if (this.heldBytes > mostHeldBytes) shown.push(this.stopReading().toString('latin1'));
    return Buffer.from(shown.join(''), 'latin1');
  }

  private end(): Buffer {
    const rest = Buffer.concat(this.held);
    this.held = [];
    if (this.kind === 'stream') return this.readEvent(rest.toString('latin1')) ? rest : none;
    const body = asRecord(parseJson(rest.toString('utf8')));
    if (this.kind === 'whole' && body !== undefined) this.reader.read([body]);
    return none;
  }

  /** Gives false for an event that the client is not to see. */
  private readEvent(event: string): boolean {
    const at = event.indexOf('data:');
    if (at < 0) return true;
    const data = Buffer.from(event.slice(at + 'data:'.length), 'latin1').toString('utf8');
    const chunk = asRecord(parseJson(data));
    if (chunk === undefined) return true;
    this.reader.read([chunk]);
    return this.isAskedFor || !isUsageAlone(chunk);
  }

  private keep(rest: Buffer): void {
    this.held = rest.length === 0 ? [] : [rest];
    this.heldBytes = rest.length;
  }

  private stopReading(): Buffer {
    const held = Buffer.concat(this.held);
    this.keep(none);
    this.kind = 'unread';
    return held;
  }
}

const none = Buffer.alloc(0);

function isUsageAlone({ choices, usage }: JsonRecord): boolean {
  return Array.isArray(choices) && choices.length === 0 && asRecord(usage) !== undefined;
}
