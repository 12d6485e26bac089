import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** So many characters of all texts are kept together. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/**
 * Remembers what was told of an image or a document by the hash of its bytes, or of its address. Each caller finds only its own. The
 * first text of a source stays, so that later turns repeat its bytes; which was used last goes last.
 */
export class TextMemory {
  private readonly texts: LRUCache<string, string>;

  constructor(mostCharacters = MOST_CHARACTERS) {
    this.texts = new LRUCache({
      maxSize: mostCharacters,
      sizeCalculation: (text, key) => key.length + text.length,
    });
  }

  /** Gives the text that holds from now on: the first one. */
  remember(caller: string, source: string, text: string): string {
    const key = keyOf(caller, source);
    const known = this.texts.get(key);
    if (known !== undefined) return known;
    this.texts.set(key, text);
    return text;
  }

  recall(caller: string, source: string): string | undefined {
    return this.texts.get(keyOf(caller, source));
  }
}

function keyOf(caller: string, source: string): string {
  return createHash('sha256').update(JSON.stringify(caller)).update(source).digest('base64');
}
