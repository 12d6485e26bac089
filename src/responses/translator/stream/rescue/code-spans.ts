const longestFenceHead = 12;

/** Follows Markdown as it streams and knows whether its end stands inside code: a fenced block or a `code span`. */
export class CodeSpans {
  private fenced = false;
  /** Holds the first characters of the present line, and the backticks in it. */
  private head = '';
  private backticks = 0;

  read(text: string): void {
    for (const [index, piece] of text.split('\n').entries()) {
      if (index > 0) this.endLine();
      this.head += piece.slice(0, longestFenceHead - this.head.length);
      for (let at = piece.indexOf('`'); at >= 0; at = piece.indexOf('`', at + 1)) this.backticks++;
    }
  }

  get inside(): boolean {
    return this.fenced || this.isFence() || this.backticks % 2 === 1;
  }

  private endLine(): void {
    if (this.isFence()) this.fenced = !this.fenced;
    this.head = '';
    this.backticks = 0;
  }

  private isFence(): boolean {
    return /^\s*(?:```|~~~)/.test(this.head);
  }
}
