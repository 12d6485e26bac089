import { createHash } from 'node:crypto';

/** So many characters of all descriptions are kept together. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/**
 * Remembers descriptions by the hash of the image, or of its address, and texts by that of their document. Each caller finds only its own. The first description of
 * an image stays, so that later turns repeat its bytes; which was used last goes last.
 */
export class DescriptionMemory {
  /** The one that was used the longest time ago comes first. */
  private readonly descriptions = new Map<string, string>();
  private characters = 0;

  constructor(private readonly mostCharacters = MOST_CHARACTERS) {}

  /** Gives the description that holds from now on: the first one. */
  remember(caller: string, url: string, description: string): string {
    const known = this.recall(caller, url);
    if (known !== undefined) return known;
    const key = keyOf(caller, url);
    this.descriptions.set(key, description);
    this.characters += key.length + description.length;
    for (const [oldest, text] of this.descriptions) {
      if (this.characters <= this.mostCharacters) break;
      this.descriptions.delete(oldest);
      this.characters -= oldest.length + text.length;
    }
    return description;
  }

  recall(caller: string, url: string): string | undefined {
    const key = keyOf(caller, url);
    const found = this.descriptions.get(key);
    if (found === undefined) return undefined;
    this.descriptions.delete(key);
    this.descriptions.set(key, found);
    return found;
  }
}

function keyOf(caller: string, url: string): string {
  return createHash('sha256').update(JSON.stringify(caller)).update(url).digest('base64');
}
