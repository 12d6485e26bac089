import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PinoLogger } from 'nestjs-pino';
import type { Settings } from '../config/settings.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { DumpFolder } from './dump-folder.js';
import { DumpQueue } from './dump-queue.js';
import { TrafficDumpService } from './traffic-dump.service.js';

const now = Date.UTC(2026, 0, 31, 23, 59, 59, 123);
const key = 'sk-test-Abcdefghijklmnopqrstuvwxyz0123456789';

describe('traffic dumps', () => {
  let directory: string;
  const warn = jest.fn();
  let metrics: MetricsService;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dumps-'));
    warn.mockClear();
    metrics = new MetricsService();
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  function service(enabled: boolean, folder = directory): TrafficDumpService {
    const dumps = { enabled, directory: folder, maxBytes: 1_000_000 };
    const settings = { logging: { level: 'info', dumps } } as Settings;
    return new TrafficDumpService(settings, { now: () => now }, metrics, {
      warn,
    } as unknown as PinoLogger);
  }

  async function droppedCount(): Promise<string | undefined> {
    const text = await metrics.registry.metrics();
    return /dumps_dropped_total (\d+)/.exec(text)?.[1];
  }

  it('writes four files per request, streams in order, keys masked', async () => {
    const dump = service(true);
    dump.request('req_1', { input: 'hi', note: `Bearer ${key}` });
    dump.backendRequest('req_1', { messages: [] });
    dump.backendChunks('req_1', [{ id: '1' }]);
    dump.event('req_1', 'event: a\n\n');
    dump.backendChunks('req_1', [{ id: '2' }]);
    await dump.idle();
    dump.backendChunks('req_1', [{ id: '3' }]);
    await dump.idle();
    const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
    expect((await readdir(directory)).sort()).toEqual([
      '20260131_235959.123_backend_request_req_1.json',
      '20260131_235959.123_backend_stream_req_1.jsonl',
      '20260131_235959.123_request_req_1.json',
      '20260131_235959.123_stream_req_1.txt',
    ]);
    expect(await read('20260131_235959.123_backend_stream_req_1.jsonl')).toBe(
      '{"id":"1"}\n{"id":"2"}\n{"id":"3"}\n',
    );
    const request = await read('20260131_235959.123_request_req_1.json');
    expect(JSON.parse(request)).toMatchObject({ input: 'hi', note: 'Bearer sk-tes...6789' });
  });

  it('costs and writes nothing when it is off', async () => {
    const dump = service(false);
    const body = { toJSON: jest.fn(() => ({})) };
    dump.request('req_1', body);
    dump.backendRequest('req_1', body);
    dump.event('req_1', 'x');
    await dump.idle();
    expect(dump.enabled).toBe(false);
    expect(body.toJSON).not.toHaveBeenCalled();
    expect(await readdir(directory)).toEqual([]);
  });

  it('never leaves the folder, whatever the id', async () => {
    const dump = service(true);
    dump.event('../../etc/passwd', 'x');
    await dump.idle();
    expect(await readdir(directory)).toEqual(['20260131_235959.123_stream_.._.._etc_passwd.txt']);
  });

  it('counts what a broken disk loses, and says it once', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const dump = service(true, join(file, 'below'));
    dump.event('req_1', 'x');
    await dump.idle();
    dump.event('req_2', 'x');
    await dump.idle();
    expect(await droppedCount()).toBe('2');
    expect(warn.mock.calls).toEqual([
      [{ err: expect.objectContaining({ code: 'ENOTDIR' }) }, 'dumps_dropped'],
    ]);
  });

  it('DumpFolder deletes its oldest files first and no others', async () => {
    const name = (time: string): string => `20260101_${time}.000_stream_req.txt`;
    await writeFile(join(directory, name('000001')), 'x'.repeat(400));
    await writeFile(join(directory, name('000002')), 'x'.repeat(400));
    await writeFile(join(directory, 'notes.txt'), 'x'.repeat(5000));
    const folder = new DumpFolder(directory, 1000);
    await folder.append(name('000003'), 'ä'.repeat(150));
    expect((await readdir(directory)).sort()).toEqual([
      name('000002'),
      name('000003'),
      'notes.txt',
    ]);
    await folder.append(name('000003'), 'x'.repeat(400));
    expect((await readdir(directory)).sort()).toEqual([name('000003'), 'notes.txt']);
    expect((await stat(join(directory, name('000003')))).size).toBe(700);
  });

  it('DumpQueue refuses what does not fit and takes more once it is empty', async () => {
    let release = (): void => undefined;
    const written: string[] = [];
    const queue = new DumpQueue(
      async (name, text) => {
        await new Promise<void>((resolve) => (release = resolve));
        written.push(`${name}:${text}`);
      },
      () => undefined,
      10,
    );
    expect(queue.add('a', '12345')).toBe(true);
    expect(queue.add('a', '12345')).toBe(true);
    expect(queue.add('b', '1')).toBe(false);
    release();
    const idle = queue.idle();
    while (written.length < 2) {
      release();
      await Promise.resolve();
    }
    await idle;
    expect(written).toEqual(['a:12345', 'a:12345']);
    expect(queue.add('b', '1')).toBe(true);
    release();
    await queue.idle();
    expect(written.at(-1)).toBe('b:1');
  });
});
