import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { EnvironmentError } from '../../../config/read-environment.js';

type Path = readonly (string | number)[];

/** Reads a YAML or JSON file and collects what is wrong in it, each with its line. YAML 1.2 contains JSON. */
export class CheckedFile {
  readonly problems: string[] = [];
  readonly content: unknown;
  private readonly lines = new LineCounter();
  private readonly document: Document;

  constructor(
    private readonly setting: string,
    private readonly path: string,
    text: string,
  ) {
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    for (const { message, pos } of this.document.errors.slice(0, 10)) {
      this.problems.push(this.told(this.lines.linePos(pos[0]).line, message));
    }
    this.content = this.problems.length > 0 ? {} : this.document.toJS({ maxAliasCount: 100 });
  }

  /** @param what a sentence's end: "must be …". No value is ever told, since it may be a secret. */
  add(path: Path, what: string): void {
    const name = path.reduce<string>(
      (whole, step) =>
        typeof step === 'number'
          ? `${whole}[${step}]`
          : `${whole}${whole === '' ? '' : '.'}${step}`,
      '',
    );
    this.problems.push(this.told(this.lineOf(path), name === '' ? what : `${name} ${what}`));
  }

  /** @throws EnvironmentError with every problem. */
  throwProblems(): void {
    if (this.problems.length > 0) throw new EnvironmentError(this.problems);
  }

  private told(line: number, what: string): string {
    return `${this.setting} ${this.path}:${line} ${what}`;
  }

  /** Finds the line of the value, or of the nearest table around it. */
  private lineOf(path: Path): number {
    for (let length = path.length; length > 0; length--) {
      const node = this.document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return this.lines.linePos(node.range[0]).line;
    }
    return 1;
  }
}
