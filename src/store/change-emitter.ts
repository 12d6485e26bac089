import type { RunChange } from './run-store.port.js';

type Notice = (change: RunChange) => void;

/** Carries notices by key, within this process. */
export class ChangeEmitter {
  private readonly notices = new Map<string, Set<Notice>>();

  get size(): number {
    return this.notices.size;
  }

  on(key: string, notice: Notice): () => void {
    const all = this.notices.get(key) ?? new Set();
    all.add(notice);
    this.notices.set(key, all);
    return () => {
      all.delete(notice);
      if (all.size === 0 && this.notices.get(key) === all) this.notices.delete(key);
    };
  }

  emit(key: string, change: RunChange): void {
    for (const notice of [...(this.notices.get(key) ?? [])]) notice(change);
  }

  keys(): IterableIterator<string> {
    return this.notices.keys();
  }
}
