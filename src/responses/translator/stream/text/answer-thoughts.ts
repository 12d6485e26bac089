import type { JsonRecord } from '../../../../common/json.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import {
  encodeThought,
  hasOpaqueThoughts,
  vendorOf,
  type DoneCall,
  type Thought,
} from '../../thought.js';
import { ReasoningDetails } from './reasoning-details.js';

/** Collects what one answer was thought of, with the vendor's opaque state. */
export class AnswerThoughts {
  private readonly texts: string[] = [];
  private readonly details = new ReasoningDetails();
  /** Blocks came that no reasoning item has in its seal. */
  private hasUnsealed = false;
  /** Holds what the backend itself sealed of the reasoning item that is about to be done. */
  private block: JsonRecord | undefined;
  private readonly items = new Map<string, Thought>();

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
      return seal(encodeThought(this.thought(text, this.block)));
    };
  }

  /** Notes what the backend sealed of the next reasoning item that is done: that item alone has it in its seal. */
  noteBlock(block: JsonRecord): void {
    this.details.add([block]);
    this.block = block;
  }

  /** The item is done: it is known by its id where the client gives it back without its seal. */
  noteItem(itemId: string): void {
    if (this.block === undefined) return;
    this.items.set(itemId, this.thought('', this.block));
    this.block = undefined;
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
    return new Map([
      ...this.items,
      ...calls.map(({ callId, extraContent }) => [callId, { ...thought, extraContent }] as const),
    ]);
  }

  private thought(text: string, block?: JsonRecord): Thought {
    const list = block === undefined ? this.details.list : [block];
    return {
      text,
      vendor: vendorOf(this.dialect),
      ...(list === undefined ? {} : { details: list }),
    };
  }
}
