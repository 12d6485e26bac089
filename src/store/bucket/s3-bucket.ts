import { setTimeout as sleep } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { proxyOptions } from '../../common/egress-proxy.js';
import type { BucketSettings, Settings } from '../../config/settings.js';
import { readErrorCode, readObjectList, type ObjectList } from './read-answer.js';

const connectMs = 2_000;
/** A call that the store's monitor gives up is let go a little later. */
const longestCallMs = 4_000;
const retryAfterMs = 100;
const connections = 16;
/** Objects are pieces of files, and lists have so many of them. */
const longestAnswerBytes = 8 * 1024 * 1024;
const objectsPerList = 200;

interface Answer {
  status: number;
  body: Buffer;
}

/** Keeps objects in a bucket that speaks S3, below the path of its URL. Keys are never part of what it throws. */
export class S3Bucket {
  /** Signing keys of the day, as aws4fetch makes them. */
  private readonly signingKeys = new Map<string, ArrayBuffer>();
  private readonly dispatcher: Dispatcher;
  private readonly root: URL;
  private readonly prefix: string;

  /**
   * @param settings are read at each call: the keys may change.
   * @param namespace is a folder that others never have.
   */
  constructor(
    private readonly settings: BucketSettings,
    namespace: string,
    egressProxy: Settings['backend']['egressProxy'],
  ) {
    const [bucket = '', ...folders] = settings.url.pathname.split('/').filter(Boolean);
    this.root = new URL(`/${bucket}`, settings.url);
    this.prefix = [...folders, namespace].map((folder) => `${folder}/`).join('');
    const options = { connections, connect: { timeout: connectMs } };
    this.dispatcher =
      egressProxy === undefined
        ? new Agent(options)
        : new EnvHttpProxyAgent({ ...options, ...proxyOptions(egressProxy) });
  }

  async put(key: string, content: Uint8Array): Promise<void> {
    await this.call('PUT', this.urlOf(key), content);
  }

  /** Gives undefined when there is no such object. */
  async get(key: string): Promise<Buffer | undefined> {
    const { status, body } = await this.call('GET', this.urlOf(key));
    return status === 404 ? undefined : body;
  }

  /** What is not there is no error. */
  async delete(key: string): Promise<void> {
    await this.call('DELETE', this.urlOf(key));
  }

  /** Lists objects in the order of their keys. @param token of the list before, where there was one. */
  async list(start = '', token?: string): Promise<ObjectList> {
    const url = new URL(this.root);
    url.searchParams.set('list-type', '2');
    url.searchParams.set('max-keys', String(objectsPerList));
    url.searchParams.set('prefix', this.prefix + start);
    if (token !== undefined) url.searchParams.set('continuation-token', token);
    const { status, body } = await this.call('GET', url);
    if (status === 404) throw new Error('The bucket is not there (404).');
    return readObjectList(body.toString(), this.prefix);
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  private urlOf(key: string): URL {
    return new URL(`${this.root.pathname}/${this.prefix}${key}`, this.root);
  }

  /** Whatever is asked may be asked twice. @throws Error for an answer that is neither a success nor a 404 of a read. */
  private async call(method: 'GET' | 'PUT' | 'DELETE', url: URL, body?: Uint8Array) {
    const signal = AbortSignal.timeout(longestCallMs);
    const first = await this.tryCall(method, url, body, signal).catch((error: unknown) => error);
    const again = first instanceof Error || isBusy(first as Answer);
    if (again) await sleep(retryAfterMs, undefined, { signal });
    const answer = again ? await this.tryCall(method, url, body, signal) : (first as Answer);
    const { status } = answer;
    if (status < 300 || (status === 404 && method !== 'PUT')) return answer;
    throw new Error(`The bucket answered ${status} (${readErrorCode(answer.body.toString())}).`);
  }

  private async tryCall(
    method: 'GET' | 'PUT' | 'DELETE',
    url: URL,
    body: Uint8Array | undefined,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { accessKeyId, secretAccessKey, region } = this.settings;
    const signer = new AwsV4Signer({
      ...{ method, url: url.href, accessKeyId, secretAccessKey, service: 's3' },
      headers: { 'x-amz-content-sha256': sha256(body ?? '') },
      cache: this.signingKeys,
      ...(region === undefined ? {} : { region }),
    });
    const { headers } = await signer.sign();
    const { statusCode, body: answer } = await request(url, {
      ...{ method, signal, body: body ?? null, dispatcher: this.dispatcher },
      headers: Object.fromEntries(headers),
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > longestAnswerBytes) throw new Error('The answer of the bucket is too long.');
      chunks.push(chunk);
    }
    return { status: statusCode, body: Buffer.concat(chunks) };
  }
}

function isBusy({ status }: Answer): boolean {
  return status === 429 || status >= 500;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
