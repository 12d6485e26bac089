import type { ErrorObject } from 'ajv';
import { type Document, isNode, LineCounter, parseDocument, visit } from 'yaml';
import { EnvironmentError } from '../config/read-environment.js';

type Path = readonly (string | number)[];

/** Reads a YAML or JSON file and collects what is wrong in it, each with its line. YAML 1.2 contains JSON. */
export class CheckedFile {
  readonly problems: string[] = [];
  readonly content: unknown;
  private readonly lines = new LineCounter();
  private readonly document: Document;
  private readonly wrong: Path[] = [];

  constructor(
    private readonly setting: string,
    private readonly path: string,
    text: string,
  ) {
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    for (const { message, pos } of this.document.errors.slice(0, 10)) {
      this.problems.push(this.told(this.lines.linePos(pos[0]).line, message));
    }
    this.addLostAliases();
    this.content = this.problems.length > 0 ? {} : this.read();
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
    this.wrong.push(path);
  }

  /** Adds what a compiled schema found wrong with the content. */
  addSchemaErrors(errors: readonly ErrorObject[] | null | undefined): void {
    for (const error of errors ?? []) this.addSchemaError(error);
  }

  /** Tells that nothing was found wrong with this part of the file, or within it. */
  isSound(path: Path): boolean {
    return !this.wrong.some((one) => path.every((step, index) => one[index] === step));
  }

  /** @throws EnvironmentError with every problem. */
  throwProblems(): void {
    if (this.problems.length > 0) throw new EnvironmentError(this.problems);
  }

  private addSchemaError({
    instancePath,
    keyword,
    params,
    message,
    propertyName,
  }: ErrorObject): void {
    // Its cause is in the list as well.
    if (keyword === 'propertyNames') return;
    const path = instancePath
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
      .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const { additionalProperty } = params as { additionalProperty?: string };
    if (additionalProperty !== undefined) this.add([...path, additionalProperty], 'is unknown');
    else if (propertyName !== undefined)
      this.add([...path, propertyName], 'is no name that it may have');
    else this.add(path, message ?? 'is wrong');
  }

  /** YAML reads `*` without quotes as the name of another value. */
  private addLostAliases(): void {
    visit(this.document, {
      Alias: (_, alias) => {
        if (alias.resolve(this.document) !== undefined) return;
        const line = this.lines.linePos(alias.range?.[0] ?? 0).line;
        this.problems.push(this.told(line, 'has an alias that nothing defines; `*` needs quotes'));
      },
    });
  }

  private read(): unknown {
    try {
      return this.document.toJS({ maxAliasCount: 100 });
    } catch {
      this.problems.push(this.told(1, 'has more aliases than it may'));
      return {};
    }
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
