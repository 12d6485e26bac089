/** So many characters of a hidden text may be shown: text that only begins like one is not held back for it. */
const shownCharacters = 3;

/** Stands for what has been read so far of one or several hidden texts. */
interface Place {
  readonly next: Map<number, Place>;
  /** It counts the characters that have been read of the longest. */
  readonly depth: number;
  /** Where another character is read than `next` has, the rest may still be the beginning of another text. */
  back: Place;
  /** A hidden text of so many characters ends here; 0 where none does. */
  ending: number;
}

/**
 * Finds hidden texts in text that comes in pieces, all of them with one look at each character (Aho and Corasick, 1975), so
 * that a key is found that a model spells token after token.
 */
export class HiddenTexts {
  readonly root: Place;

  constructor(
    texts: readonly string[],
    readonly mask: string,
  ) {
    this.root = newPlace(0);
    for (const text of texts) this.add(text);
    this.link();
  }

  /** Gives the place behind one more character. */
  step(from: Place, code: number): Place {
    for (let place = from; ; place = place.back) {
      const next = place.next.get(code);
      if (next !== undefined) return next;
      if (place === this.root) return this.root;
    }
  }

  private add(text: string): void {
    let place = this.root;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      const next = place.next.get(code) ?? newPlace(at + 1);
      place.next.set(code, next);
      place = next;
    }
    place.ending = place.depth;
  }

  /** Goes from the shorter beginnings to the longer ones. */
  private link(): void {
    const { root } = this;
    root.back = root;
    const places = [...root.next.values()];
    for (const place of places) place.back = root;
    for (const place of places) {
      for (const [code, next] of place.next) {
        next.back = this.step(place.back, code);
        next.ending ||= next.back.ending;
        places.push(next);
      }
    }
  }
}

function newPlace(depth: number): Place {
  const place = { next: new Map<number, Place>(), depth, ending: 0 };
  return Object.assign(place, { back: place as Place });
}

/** Erases hidden texts from one text that comes in pieces. A tail that may go on as one is held back until it is clear. */
export class TextEraser {
  private place: Place;
  private held = '';

  constructor(private readonly hidden: HiddenTexts) {
    this.place = hidden.root;
  }

  /** Tells that something waits for the next piece. */
  get isHolding(): boolean {
    return this.held !== '';
  }

  push(piece: string): string {
    const { hidden, held } = this;
    const text = held + piece;
    let shown = '';
    let from = 0;
    for (let at = held.length; at < text.length; at += 1) {
      this.place = hidden.step(this.place, text.charCodeAt(at));
      const { ending } = this.place;
      if (ending === 0) continue;
      shown += text.slice(from, Math.max(from, at + 1 - ending)) + hidden.mask;
      from = at + 1;
      this.place = hidden.root;
    }
    const to = text.length - Math.max(0, this.place.depth - shownCharacters);
    this.held = text.slice(to);
    return shown + text.slice(from, to);
  }

  /** Gives what is held back: the text goes no further, or others speak. What comes next may still end a hidden text. */
  end(): string {
    const { held } = this;
    this.held = '';
    return held;
  }
}
