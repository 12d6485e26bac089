/** Corrects the case of model names: an exact name, else the first that is equal in lower case. */
export class ModelNames {
  private readonly exact = new Set<string>();
  private readonly byLowerCase = new Map<string, string>();

  constructor(
    names: Iterable<string> = [],
    private readonly limit = 10_000,
  ) {
    this.add(names);
  }

  get size(): number {
    return this.exact.size;
  }

  add(names: Iterable<string>): void {
    for (const name of names) {
      if (this.exact.size >= this.limit) return;
      this.exact.add(name);
      const key = name.toLowerCase();
      if (!this.byLowerCase.has(key)) this.byLowerCase.set(key, name);
    }
  }

  find(name: string): string | undefined {
    return this.exact.has(name) ? name : this.byLowerCase.get(name.toLowerCase());
  }
}
