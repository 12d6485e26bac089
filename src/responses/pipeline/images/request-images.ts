/** Holds what is known of the images of one request, and which of them nobody has described. */
export class RequestImages {
  private readonly found = new Map<string, string>();
  private readonly unknown = new Set<string>();
  private readonly tried = new Set<string>();

  /** @param recall finds an earlier description; it hashes the image, so it is asked once for each. */
  constructor(private readonly recall: (url: string) => string | undefined) {}

  /** Gives the description of an image. One that has none is noted as missing. */
  readonly descriptionOf = (url: string): string | undefined => {
    const known = this.found.get(url);
    if (known !== undefined || this.unknown.has(url)) return known;
    const recalled = this.recall(url);
    if (recalled === undefined) this.unknown.add(url);
    else this.found.set(url, recalled);
    return recalled;
  };

  /** Takes the newest of those that are missing. Each is taken once, so that a failure is not waited for again. */
  takeMissing(most: number): readonly string[] {
    const taken = [...this.unknown].filter((url) => !this.tried.has(url)).slice(-most);
    for (const url of taken) this.tried.add(url);
    return taken;
  }

  add(url: string, description: string): void {
    this.unknown.delete(url);
    this.found.set(url, description);
  }
}
