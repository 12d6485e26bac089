import { appendFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Only files that this service writes are ever counted or deleted. */
const dumpName =
  /^\d{8}_\d{6}\.\d{3}_(?:request|backend_request|backend_stream|stream)_[\w.-]+\.(?:jsonl?|txt)$/;

/** Keeps the folder of dumps under a size in bytes by deleting the oldest files. */
export class DumpFolder {
  /** Holds sizes by name, the oldest first: names begin with their time. It is undefined until the folder was read. */
  private sizes: Map<string, number> | undefined;
  private total = 0;

  constructor(
    private readonly directory: string,
    private readonly maxBytes: number,
  ) {}

  async append(name: string, text: string): Promise<void> {
    const sizes = (this.sizes ??= await this.read());
    await appendFile(join(this.directory, name), text);
    const bytes = Buffer.byteLength(text);
    sizes.set(name, (sizes.get(name) ?? 0) + bytes);
    this.total += bytes;
    await this.shrink(sizes);
  }

  private async read(): Promise<Map<string, number>> {
    await mkdir(this.directory, { recursive: true });
    const names = (await readdir(this.directory)).filter((name) => dumpName.test(name)).sort();
    const sizes = new Map<string, number>();
    for (const name of names) {
      const { size } = await stat(join(this.directory, name));
      sizes.set(name, size);
      this.total += size;
    }
    return sizes;
  }

  private async shrink(sizes: Map<string, number>): Promise<void> {
    for (const [name, size] of sizes) {
      if (this.total <= this.maxBytes) return;
      await rm(join(this.directory, name), { force: true });
      sizes.delete(name);
      this.total -= size;
    }
  }
}
