import type { BackendDialect } from '../../dialect/dialect.js';
import { encodeThought, hasOpaqueThoughts, type DoneCall, type Thought } from '../../thought.js';
import { ReasoningDetails } from './reasoning-details.js';

/** Collects what one answer was thought of, with the vendor's opaque state. */
export class AnswerThoughts {
  private readonly texts: string[] = [];
  private readonly details = new ReasoningDetails();
  /** Blocks came that no reasoning item has in its seal. */
  private hasUnsealed = false;

  constructor(
    private readonly dialect: BackendDialect,
    private readonly seal: ((text: string) => string) | undefined,
  ) {}

  addText(text: string): void {
    this.texts.push(text);
  }

  /**
   * Keeps the vendor's blocks of a delta.
   * @returns the characters that were kept.
   */
  addDetails(details: unknown): number {
    const kept = this.details.add(details);
    if (kept > 0) this.hasUnsealed = true;
    return kept;
  }

  /** Seals one reasoning item, with the state that came so far; undefined where the client did not ask for it. */
  get sealing(): ((text: string) => string) | undefined {
    const { seal } = this;
    if (seal === undefined) return undefined;
    return (text) => {
      this.hasUnsealed = false;
      return seal(encodeThought(this.thought(text)));
    };
  }

  /**
   * Seals the state that came with the calls or after the reasoning, where the backend wants it back: Gemini signs its calls, and
   * some models behind OpenRouter tell nothing else of their thoughts.
   */
  sealLate(calls: readonly DoneCall[]): string | undefined {
    const isLate = this.hasUnsealed || calls.some(({ extraContent }) => extraContent !== undefined);
    if (calls.length === 0 || !isLate || !hasOpaqueThoughts(this.dialect)) return undefined;
    return this.seal?.(encodeThought({ ...this.thought(''), calls }));
  }

  /** Gives the thoughts by call id. */
  of(calls: readonly DoneCall[]): ReadonlyMap<string, Thought> {
    const thought = this.thought(this.texts.join(''));
    return new Map(calls.map(({ callId, extraContent }) => [callId, { ...thought, extraContent }]));
  }

  private thought(text: string): Thought {
    const { list } = this.details;
    return { text, vendor: this.dialect.name, ...(list === undefined ? {} : { details: list }) };
  }
}
