import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a memory cgroup, as the kernel's two versions name them. Source: docs.kernel.org, "Control Group v2" and "v1". */
const versions = [
  {
    root: '/sys/fs/cgroup',
    has: 'cgroup.subtree_control',
    limit: 'memory.max',
    kills: 'memory.events',
    peak: 'memory.peak',
  },
  {
    root: '/sys/fs/cgroup/memory',
    has: 'memory.limit_in_bytes',
    limit: 'memory.limit_in_bytes',
    kills: 'memory.oom_control',
    peak: 'memory.max_usage_in_bytes',
  },
] as const;

/** A group of processes with a limit on their memory, as a container has it: the kernel kills what goes beyond. */
export class MemoryGroup {
  private static made = 0;

  private constructor(
    readonly folder: string,
    private readonly files: (typeof versions)[number],
  ) {}

  /** Gives undefined where the machine has no such groups, or lets nobody make one. */
  static create(mebibytes: number): MemoryGroup | undefined {
    const files = versions.find(({ root, has }) => existsSync(join(root, has)));
    if (files === undefined) return undefined;
    const folder = join(files.root, `responses-proxy-${process.pid}-${(MemoryGroup.made += 1)}`);
    try {
      mkdirSync(folder);
      writeFileSync(join(folder, files.limit), String(mebibytes * 1024 * 1024));
      return new MemoryGroup(folder, files);
    } catch {
      if (existsSync(folder)) rmdirSync(folder);
      return undefined;
    }
  }

  /** Makes a command that runs another one in the group from its beginning: Node reads the limit when it starts. */
  running(command: string, values: readonly string[]): readonly [string, readonly string[]] {
    const enter = 'echo $$ > "$0/cgroup.procs" && exec "$@"';
    return ['/bin/sh', ['-c', enter, this.folder, command, ...values]];
  }

  /** Counts the processes that the kernel has killed for want of memory. */
  get kills(): number {
    return Number(/^oom_kill (\d+)/m.exec(this.read(this.files.kills))?.[1]);
  }

  /** Gives the most memory that the group has had, in MiB, what the kernel keeps of files and sockets for it included. */
  get peakMebibytes(): number {
    return Math.round(Number(this.read(this.files.peak)) / 1024 / 1024);
  }

  /** Removes it, once nothing runs in it any more. */
  remove(): void {
    rmdirSync(this.folder);
  }

  private read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }
}
