import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from 'aws4';
import S3rver from 's3rver';
import type { BucketSettings } from '../../../src/config/settings.js';

const bucket = 'files';
const keys = { accessKeyId: 'test-access-key', secretAccessKey: 'test/secret+key' };
/** The server knows this one alone. */
const ownKey = 'S3RVER';

/** The server keeps the content of an object in a file with this name behind its key. */
const SUFFIX = '._S3rver_object';

/** Answers in place of the bucket: a status, a connection that ends, or XML. */
type Fault = number | string;

/** Runs s3rver on 127.0.0.1, behind a check of signatures by aws4: it does not look at those of version 4 itself. */
export class S3Server {
  /** The next calls are answered so, one after the other. */
  readonly faults: Fault[] = [];
  /** Has the method and the path of every call. */
  readonly calls: string[] = [];
  region = 'us-east-1';

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
  ) {}

  static async start(): Promise<S3Server> {
    const folder = mkdtempSync(join(tmpdir(), 'responses-s3-'));
    const configureBuckets = [{ name: bucket, configs: [] }];
    const s3 = new S3rver({ directory: folder, silent: true, configureBuckets });
    await s3.configureBuckets();
    const server = createServer();
    const started = new S3Server(server, folder);
    const answer = s3.callback() as (request: IncomingMessage, reply: ServerResponse) => void;
    server.on('request', (request: IncomingMessage, reply: ServerResponse) => {
      started.take(request, reply, answer);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return started;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${bucket}/of/tests`;
  }

  get settings(): BucketSettings {
    return { url: new URL(this.url), region: undefined, ...keys };
  }

  /** Gives the keys of all objects, sorted. */
  get keys(): string[] {
    const files = globSync(`**/*${SUFFIX}`, { cwd: join(this.folder, bucket) });
    return files.map((file) => file.slice(0, -SUFFIX.length)).sort();
  }

  read(key: string): Buffer {
    return readFileSync(this.pathOf(key));
  }

  /** Changes what an object has. */
  write(key: string, content: string): void {
    writeFileSync(this.pathOf(key), content);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private pathOf(key: string): string {
    return join(this.folder, bucket, key + SUFFIX);
  }

  private take(
    request: IncomingMessage,
    reply: ServerResponse,
    answer: (request: IncomingMessage, reply: ServerResponse) => void,
  ): void {
    const { method = '', url: path = '' } = request;
    this.calls.push(`${method} ${path}`);
    const fault = this.faults.shift();
    if (fault === 'cut') request.socket.destroy();
    else if (typeof fault === 'string') reply.end(fault);
    else if (fault !== undefined) refuse(request, reply, fault, 'SlowDown');
    else if (!this.isSigned(request)) refuse(request, reply, 403, 'SignatureDoesNotMatch');
    else {
      request.headers.authorization = request.headers.authorization?.replace(
        keys.accessKeyId,
        ownKey,
      );
      answer(request, reply);
    }
  }

  private isSigned({ method = '', url: path = '', headers: given }: IncomingMessage): boolean {
    const headers = Object.fromEntries(
      ['host', 'x-amz-date', 'x-amz-content-sha256'].map((name) => [name, String(given[name])]),
    );
    const { region } = this;
    const signed = sign({ method, path, headers, service: 's3', region }, keys);
    const [wanted, got] = [signed.headers?.Authorization, given.authorization].map((text) =>
      /Signature=(\w{64})$/.exec(String(text))?.at(1),
    );
    return wanted !== undefined && wanted === got;
  }
}

function refuse(
  request: IncomingMessage,
  reply: ServerResponse,
  status: number,
  code: string,
): void {
  request.resume();
  reply.writeHead(status, { 'content-type': 'application/xml' });
  reply.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message></Error>`);
}
