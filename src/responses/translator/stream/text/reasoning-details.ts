import { asArray, asRecord, type JsonRecord } from '../../../../common/json.js';

const MOST_DETAILS = 1_000;
/** These fields come in pieces. */
const GROWING = ['text', 'summary', 'data'] as const;

/**
 * Collects `reasoning_details` as OpenRouter wants them back: the pieces of one block joined, everything else as it came
 * (openrouter.ai/docs, "Preserving reasoning blocks", 2026).
 */
export class ReasoningDetails {
  private readonly blocks: JsonRecord[] = [];

  /**
   * Keeps the details of a delta.
   * @returns the characters that were kept.
   */
  add(details: unknown): number {
    let kept = 0;
    for (const entry of asArray(details)) {
      const piece = asRecord(entry);
      if (piece === undefined || this.blocks.length >= MOST_DETAILS) continue;
      for (const value of Object.values(piece)) if (typeof value === 'string') kept += value.length;
      const block = this.blocks.find(
        ({ type, index }) => index !== undefined && type === piece.type && index === piece.index,
      );
      if (block === undefined) this.blocks.push({ ...piece });
      else join(block, piece);
    }
    return kept;
  }

  get list(): readonly JsonRecord[] | undefined {
    return this.blocks.length === 0 ? undefined : this.blocks;
  }
}

function join(block: JsonRecord, piece: JsonRecord): void {
  for (const [name, value] of Object.entries(piece)) {
    const before = block[name];
    const grows = GROWING.some((field) => field === name) && typeof before === 'string';
    if (grows && typeof value === 'string') block[name] = before + value;
    else if (value !== null && value !== undefined) block[name] = value;
  }
}
