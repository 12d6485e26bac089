import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { URL } from 'node:url';
import { Pool } from 'undici';

const requestTimeoutMs = 60_000;

/** Puts one server under load: `connections` clients that each send the next request when the last one was answered. */
export class Load {
  constructor(url, connections, key = 'bench-key') {
    this.url = new URL(url);
    this.key = key;
    this.connections = connections;
    this.pool = new Pool(this.url.origin, {
      connections,
      connect: { timeout: requestTimeoutMs },
      headersTimeout: requestTimeoutMs,
      bodyTimeout: requestTimeoutMs,
    });
  }

  /** Sends `count` requests and checks every answer. `onData` sees each piece of each answer. */
  async run(body, count, check, onData) {
    let left = count;
    const client = async () => {
      while (left-- > 0) check(await this.request(body, undefined, onData));
    };
    await Promise.all(Array.from({ length: Math.min(this.connections, count) }, client));
  }

  /** Gives the answer's text; `onFirstData` gets the milliseconds until its first byte. */
  request(body, onFirstData, onData) {
    return new Promise((resolve, reject) => {
      const { url } = this;
      const startedAt = performance.now();
      const parts = [];
      let status = 0;
      this.pool.dispatch(
        {
          path: url.pathname,
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}` },
          body,
        },
        {
          onRequestStart() {
            // undici requires it.
          },
          onResponseStart(_controller, statusCode) {
            status = statusCode;
          },
          onResponseData(_controller, chunk) {
            if (parts.length === 0) onFirstData?.(performance.now() - startedAt);
            onData?.(chunk);
            parts.push(chunk);
          },
          onResponseEnd() {
            const text = Buffer.concat(parts).toString('utf8');
            if (status === 200) resolve(text);
            else reject(new Error(`${url.href} answered ${status}: ${text.slice(0, 300)}`));
          },
          onResponseError(_controller, error) {
            reject(error);
          },
        },
      );
    });
  }

  async close() {
    await this.pool.destroy();
  }
}
