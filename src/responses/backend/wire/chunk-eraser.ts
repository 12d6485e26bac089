import { DONE_CHUNK, wholeChunk, type ChatChunk } from '../../../contracts/chat/chunk.js';
import { asArray, asCount, asRecord, type JsonRecord } from '../../../common/json.js';
import { TextEraser, type HiddenTexts } from './text-eraser.js';

/** These come whole, so that they never go on in the next chunk. */
const wholeFields = new Set([
  ...['id', 'role', 'type', 'name', 'object', 'format', 'signature', 'data', 'url', 'call_id'],
]);

/** No answer has more texts side by side; one beyond them is looked at for itself. */
const mostTexts = 1_024;
const deepest = 6;

/** Makes a delta of nothing but a text, or of what stands around it. */
type Wrap = (inner: unknown) => JsonRecord;

interface SpokenText {
  eraser: TextEraser;
  wrap: Wrap;
}

/**
 * Erases hidden texts that a model spells over several deltas: in each text of a choice, whatever its field is called. Each
 * text goes on for itself, and what is held back of it comes before anything else is said.
 */
export class ChunkEraser {
  private readonly choices = new Map<number, ChoiceEraser>();
  private last: ChatChunk = {};

  constructor(private readonly hidden: HiddenTexts) {}

  pushAll(chunks: readonly ChatChunk[]): ChatChunk[] {
    return chunks.flatMap((chunk) => this.push(wholeChunk(chunk)));
  }

  push(chunk: ChatChunk): ChatChunk[] {
    if (chunk === DONE_CHUNK) return [...this.end(), chunk];
    const choices = asArray(chunk.choices);
    if (choices.length === 0) return [chunk];
    this.last = chunk;
    const before: JsonRecord[] = [];
    const shown = choices.map((entry) => {
      const choice = asRecord(entry);
      const delta = asRecord(choice?.delta);
      if (choice === undefined || delta === undefined) return entry;
      const index = asCount(choice.index) ?? 0;
      const eraser = this.choice(index);
      const isLast = choice.finish_reason != null && choice.finish_reason !== '';
      before.push(...eraser.interrupted(delta, isLast).map((rest) => ({ index, delta: rest })));
      const erased = eraser.push(delta, isLast);
      // What a token was in a text that has changed is not told.
      return erased === delta ? entry : { ...choice, delta: erased, logprobs: null };
    });
    const isChanged = shown.some((choice, at) => choice !== choices[at]);
    return [
      ...before.map((rest) => this.chunkOf(rest)),
      isChanged ? { ...chunk, choices: shown } : chunk,
    ];
  }

  /** Gives what is held back at the end of a stream. */
  end(): ChatChunk[] {
    return [...this.choices].flatMap(([index, eraser]) =>
      eraser.interrupted({}, true).map((delta) => this.chunkOf({ index, delta })),
    );
  }

  private chunkOf(choice: JsonRecord): ChatChunk {
    const { id, object, created, model } = this.last;
    return { id, object, created, model, choices: [{ ...choice, finish_reason: null }] };
  }

  private choice(index: number): ChoiceEraser {
    let eraser = this.choices.get(index);
    if (eraser === undefined) {
      eraser = new ChoiceEraser(this.hidden);
      if (this.choices.size < mostTexts) this.choices.set(index, eraser);
    }
    return eraser;
  }
}

class ChoiceEraser {
  private readonly texts = new Map<string, SpokenText>();

  constructor(private readonly hidden: HiddenTexts) {}

  /** Gives a delta for each text that is held back although another field speaks now, or nothing does any more. */
  interrupted(delta: JsonRecord, isLast: boolean): JsonRecord[] {
    let isHolding = false;
    for (const { eraser } of this.texts.values()) isHolding ||= eraser.isHolding;
    if (!isHolding) return [];
    const held = [...this.texts].filter(([, { eraser }]) => eraser.isHolding);
    const spoken = Object.keys(delta).filter((name) => !wholeFields.has(name) && says(delta[name]));
    if (spoken.length === 0 && !isLast) return [];
    return held
      .filter(([key]) => !spoken.some((name) => key === name || key.startsWith(`${name}.`)))
      .map(([, { eraser, wrap }]) => wrap(eraser.end()));
  }

  push(delta: JsonRecord, isLast: boolean): JsonRecord {
    return this.record(delta, '', asDelta, isLast, 0);
  }

  private record(
    record: JsonRecord,
    key: string,
    wrap: Wrap,
    isLast: boolean,
    depth: number,
  ): JsonRecord {
    let copy: JsonRecord | undefined;
    for (const name in record) {
      if (wholeFields.has(name)) continue;
      const value = record[name];
      const within = key === '' ? name : `${key}.${name}`;
      const erased = this.value(value, within, (inner) => wrap({ [name]: inner }), isLast, depth);
      if (erased !== value) (copy ??= { ...record })[name] = erased;
    }
    return copy ?? record;
  }

  private value(value: unknown, key: string, wrap: Wrap, isLast: boolean, depth: number): unknown {
    if (typeof value === 'string') return this.text(value, key, wrap, isLast);
    if (typeof value !== 'object' || value === null || depth >= deepest) return value;
    if (!Array.isArray(value))
      return this.record(value as JsonRecord, key, wrap, isLast, depth + 1);
    const entries = value.map((entry: unknown) => {
      const marks = marksOf(asRecord(entry) ?? {});
      const within = `${key}.${Object.values(marks).join()}`;
      const around: Wrap = (inner) =>
        wrap([typeof inner === 'string' ? inner : { ...marks, ...asRecord(inner) }]);
      return this.value(entry, within, around, isLast, depth + 1);
    });
    return entries.some((entry, at) => entry !== value[at]) ? entries : value;
  }

  private text(piece: string, key: string, wrap: Wrap, isLast: boolean): string {
    if (piece === '') return piece;
    let text = this.texts.get(key);
    if (text === undefined) {
      text = { eraser: new TextEraser(this.hidden), wrap };
      if (this.texts.size < mostTexts) this.texts.set(key, text);
      else isLast = true;
    }
    const shown = text.eraser.push(piece);
    return isLast ? shown + text.eraser.end() : shown;
  }
}

const asDelta: Wrap = (inner) => inner as JsonRecord;

/** Tells entries of a list apart, and whose text a further chunk goes on with: by index, or by id where there is none. */
function marksOf({ index, type, id }: JsonRecord): JsonRecord {
  const place = index === undefined ? { id } : { index };
  return Object.fromEntries(
    Object.entries({ ...place, type }).filter(([, value]) => value !== undefined),
  );
}

function says(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== null && value !== undefined && value !== '';
}
