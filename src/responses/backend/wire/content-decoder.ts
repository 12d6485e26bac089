import type { Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';

/** Identity is asked for, but some gateways compress all the same. It is undefined for an encoding that we do not know. */
function createDecompressor(encoding: string): Transform | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      return undefined;
  }
}

export interface DecodedSink {
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

/**
 * Decompresses an answer as it streams. A few bytes may grow a thousandfold, so output is held back like input:
 * at most one buffer of zlib's (16 KiB) waits while the consumer is paused.
 */
export class ContentDecoder {
  private constructor(
    private readonly transform: Transform,
    private readonly source: { pause(): void; resume(): void },
  ) {}

  static create(
    encoding: string,
    sink: DecodedSink,
    source: { pause(): void; resume(): void },
  ): ContentDecoder | undefined {
    const transform = createDecompressor(encoding.trim().toLowerCase());
    if (transform === undefined) return undefined;
    transform.on('data', (chunk: Buffer) => {
      sink.onData(chunk);
    });
    transform.on('end', () => {
      sink.onEnd();
    });
    transform.on('error', (error) => {
      sink.onError(error);
    });
    transform.on('drain', () => {
      source.resume();
    });
    return new ContentDecoder(transform, source);
  }

  write(chunk: Buffer): void {
    if (!this.transform.write(chunk)) this.source.pause();
  }

  end(): void {
    this.transform.end();
  }

  pause(): void {
    this.transform.pause();
  }

  resume(): void {
    this.transform.resume();
  }

  destroy(): void {
    this.transform.destroy();
  }
}
