/** A cache entry must say this of itself. */
export interface Measured {
  /** Counts its texts, in UTF-16 code units times two. */
  bytes: number;
  /** This is in milliseconds since the epoch. */
  expiresAt: number;
  /** It is never evicted then, though it may expire: something still works on it. */
  pinned: boolean;
}

/** Bounds entries by their total size: the ones that were used longest ago go first. */
export class EntryCache<Entry extends Measured> {
  /** The order of a Map is that of insertion: the least recently used is first. */
  private readonly entries = new Map<string, Entry>();
  /** A walk from the front of a Map passes all that was taken from there since it was last packed, so there is one walk for all. */
  private oldest = this.entries.entries();
  private total = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly now: () => number,
    private readonly removed: (key: string, entry: Entry) => void,
  ) {}

  get bytes(): number {
    return this.total;
  }

  /** Gives the living entry, which becomes the most recently used. */
  get(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt <= this.now()) {
      this.delete(key);
      return undefined;
    }
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  /** Sets an entry. @throws Error when there is no room beside what is pinned. */
  set(key: string, entry: Entry): void {
    this.delete(key);
    this.entries.set(key, entry);
    this.total += entry.bytes;
    this.evict(key);
    if (this.total <= this.maxBytes) return;
    this.delete(key);
    throw full();
  }

  /**
   * Makes room for an entry that is about to grow, before it does.
   * @throws Error when there is no room beside what is pinned.
   */
  grow(key: string, entry: Entry, bytes: number): void {
    const before = entry.bytes;
    this.resize(key, entry, bytes);
    if (bytes <= before || this.total <= this.maxBytes) return;
    this.resize(key, entry, before);
    throw full();
  }

  /** Changes an entry's size, be there room for it or not. */
  resize(key: string, entry: Entry, bytes: number): void {
    this.total += bytes - entry.bytes;
    entry.bytes = bytes;
    this.evict(key);
  }

  /** Lets go of a pinned entry, which becomes the most recently used, and changes its size. */
  unpin(key: string, entry: Entry, bytes: number): void {
    entry.pinned = false;
    // The walk may have passed it, and comes by again at the end alone.
    this.entries.delete(key);
    this.entries.set(key, entry);
    this.resize(key, entry, bytes);
  }

  delete(key: string): boolean {
    const entry = this.entries.get(key);
    if (entry === undefined) return false;
    this.entries.delete(key);
    this.total -= entry.bytes;
    this.removed(key, entry);
    return true;
  }

  sweep(): void {
    const now = this.now();
    for (const [key, entry] of this.entries) if (entry.expiresAt <= now) this.delete(key);
  }

  /** Goes on where it stopped the last time; what it has passed and kept is pinned. It begins anew at most once. */
  private evict(keep: string): void {
    let isOver = false;
    while (this.total > this.maxBytes) {
      const next = this.oldest.next();
      if (!next.done) {
        const [key, entry] = next.value;
        if (key !== keep && !entry.pinned) this.delete(key);
      } else if (isOver) return;
      else {
        this.oldest = this.entries.entries();
        isOver = true;
      }
    }
  }
}

function full(): Error {
  return new Error('The store is full (STORE_MAX_BYTES).');
}

/** Two bytes per code unit is the most that a string costs. */
export function bytesOf(...texts: string[]): number {
  return texts.reduce((sum, text) => sum + text.length * 2, 0) + 512;
}
