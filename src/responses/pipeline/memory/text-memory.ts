import { createHash } from 'node:crypto';

/** So many characters of all texts are kept together. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/**
 * Remembers what was told of an image or a document by the hash of its bytes, or of its address. Each caller finds only its own. The
 * first text of a source stays, so that later turns repeat its bytes; which was used last goes last.
 */
export class TextMemory {
  /** The one that was used the longest time ago comes first. */
  private readonly texts = new Map<string, string>();
  private characters = 0;

  constructor(private readonly mostCharacters = MOST_CHARACTERS) {}

  /** Gives the text that holds from now on: the first one. */
  remember(caller: string, source: string, text: string): string {
    const key = keyOf(caller, source);
    const known = this.touch(key);
    if (known !== undefined) return known;
    this.texts.set(key, text);
    this.characters += key.length + text.length;
    for (const [oldest, old] of this.texts) {
      if (this.characters <= this.mostCharacters) break;
      this.texts.delete(oldest);
      this.characters -= oldest.length + old.length;
    }
    return text;
  }

  recall(caller: string, source: string): string | undefined {
    return this.touch(keyOf(caller, source));
  }

  private touch(key: string): string | undefined {
    const found = this.texts.get(key);
    if (found === undefined) return undefined;
    this.texts.delete(key);
    this.texts.set(key, found);
    return found;
  }
}

function keyOf(caller: string, source: string): string {
  return createHash('sha256').update(JSON.stringify(caller)).update(source).digest('base64');
}
