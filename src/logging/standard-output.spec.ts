import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, write, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { LineWriter } from './standard-output.js';

const folder = mkdtempSync(join(tmpdir(), 'lines-'));
const path = join(folder, 'log');
let file: number;
beforeEach(() => {
  file = openSync(path, 'w');
});
afterEach(() => {
  closeSync(file);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A disk that is full as long as it is said. */
class Disk {
  isFull = false;
  private readonly full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });

  readonly files = {
    write: ((to: number, bytes: Buffer, done: (error: Error | null, count: number) => void) => {
      if (this.isFull) setImmediate(done, this.full, 0);
      else write(to, bytes, done);
    }) as unknown as typeof write,
    writeSync: ((to: number, bytes: Buffer, at: number) => {
      if (this.isFull) throw this.full;
      return writeSync(to, bytes, at);
    }) as typeof writeSync,
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

const line = (number: number): string => `{"line":${number},"text":"${'ä'.repeat(100)}"}\n`;

it('writes every line once, in order, through a disk that is full for a while', async () => {
  const disk = new Disk();
  const writer = new LineWriter(file, disk.files);
  const lines = Array.from({ length: 1_000 }, (_, number) => line(number));
  const add = (from: number, to: number): void => {
    for (const text of lines.slice(from, to)) writer.write(text);
  };
  add(0, 200);
  await turn();
  disk.isFull = true;
  add(200, 600);
  await until(() => writer.troubles.failures > 1);
  disk.isFull = false;
  add(600, 1_000);
  await until(() => readFileSync(path, 'utf8').length === lines.join('').length);
  expect(readFileSync(path, 'utf8')).toBe(lines.join(''));
  expect(writer.troubles.lostLines).toBe(0);
});

it('writes the rest at once as the process ends, and waits for no disk', () => {
  const disk = new Disk();
  const writer = new LineWriter(file, disk.files);
  writer.write(line(1));
  writer.flushSync();
  expect(readFileSync(path, 'utf8')).toBe(line(1));
  disk.isFull = true;
  writer.write(line(2));
  writer.flushSync();
  expect(readFileSync(path, 'utf8')).toBe(line(1));
});

it('loses lines, and counts them, rather than to keep more than 16 million characters', () => {
  const disk = new Disk();
  disk.isFull = true;
  const writer = new LineWriter(file, disk.files);
  for (let count = 0; count < 20; count += 1) writer.write(`${'x'.repeat(1024 * 1024)}\n`);
  expect(writer.troubles.lostLines).toBeGreaterThanOrEqual(3);
});
