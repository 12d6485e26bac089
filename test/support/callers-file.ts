import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCaller, type CallerTerms } from '../../src/callers/edit-callers-file.js';

/** Keeps a file of callers in a folder of its own. */
export class CallersFileFixture {
  private readonly folder = mkdtempSync(join(tmpdir(), 'callers-'));
  readonly path = join(this.folder, 'callers.yaml');
  text = '';

  constructor() {
    this.write('callers: {}');
  }

  /** Gives the key. */
  add(name: string, terms: CallerTerms = {}): string {
    const { text, key } = addCaller(this.text, name, terms, new Date());
    this.write(text);
    return key;
  }

  /** Writes another file beside it, and gives its path. */
  beside(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  write(text: string): void {
    this.text = text;
    writeFileSync(this.path, text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
