import type { Seal } from './seal.port.js';

/** Turns values into the texts that stores keep: JSON, sealed when there is a seal. */
export class RecordCodec {
  constructor(private readonly seal?: Seal) {}

  encode(value: unknown): string {
    const json = JSON.stringify(value);
    return this.seal === undefined ? json : this.seal.seal(json);
  }

  /** Reads a text. @throws Error when the text was sealed with a key that is gone. */
  decode(text: string): unknown {
    const json = this.seal === undefined ? text : this.seal.open(text);
    if (json === undefined) throw new Error('A stored record cannot be opened with the seal keys.');
    return JSON.parse(json) as unknown;
  }
}
