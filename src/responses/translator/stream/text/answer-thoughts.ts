import type { JsonRecord } from '../../../../common/json.js';
import { encodeThought, type Thought } from '../../thought.js';
import { ReasoningDetails } from './reasoning-details.js';

export interface DoneCall {
  callId: string;
  /** The vendor's state came with the call. */
  extraContent: JsonRecord | undefined;
}

/** Collects what one answer was thought of, with the vendor's opaque state. */
export class AnswerThoughts {
  private readonly texts: string[] = [];
  private readonly details = new ReasoningDetails();

  /** @param vendor is the dialect's name. */
  constructor(private readonly vendor: string) {}

  addText(text: string): void {
    this.texts.push(text);
  }

  /**
   * Keeps the vendor's blocks of a delta.
   * @returns the characters that were kept.
   */
  addDetails(details: unknown): number {
    return this.details.add(details);
  }

  /** Makes a seal for one reasoning item, with the state that came so far. */
  sealing(seal: ((text: string) => string) | undefined): ((text: string) => string) | undefined {
    return seal === undefined ? undefined : (text) => seal(encodeThought(this.thought(text)));
  }

  /** Gives the thoughts by call id. */
  of(calls: readonly DoneCall[]): ReadonlyMap<string, Thought> {
    const thought = this.thought(this.texts.join(''));
    return new Map(calls.map(({ callId, extraContent }) => [callId, { ...thought, extraContent }]));
  }

  private thought(text: string): Thought {
    const { list } = this.details;
    return { text, vendor: this.vendor, ...(list === undefined ? {} : { details: list }) };
  }
}
