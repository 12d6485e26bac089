import type { Dispatcher } from 'undici';
import type { ApiError } from '../../../common/api-error.js';
import { backendStreamBroken, backendTimeout } from '../../../common/error-table.js';
import type { BackendHeaders } from '../errors/error-shape.js';
import { ContentDecoder } from './content-decoder.js';
import { transportError } from '../errors/transport-error.js';

/** Reads the answer. After `onEnd` or `onError`, and after an abort, nothing more is called. */
export interface BackendListener {
  onStart(status: number, headers: BackendHeaders): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: ApiError): void;
}

export interface ExchangeOptions {
  /** It runs from the call to the headers of the answer; waiting for a free connection and connecting are included. */
  firstByteTimeoutMs: number;
  /** Undoes a content-encoding; it is off where the bytes travel on as they are. */
  decode: boolean;
}

/** So much may still arrive after the part that matters, before the connection is worth less than the wait. */
const releaseLimit = { milliseconds: 1000, bytes: 64 * 1024 };

/**
 * Carries one HTTP exchange with the backend, as undici's dispatch handler. undici hands out its controller only once a
 * connection is free, so pause and abort are remembered until then.
 */
export class BackendExchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private decoder: ContentDecoder | undefined;
  private timer: NodeJS.Timeout | undefined;
  private state: 'waiting' | 'answering' | 'released' | 'over' = 'waiting';
  private paused = false;
  private releasedBytes = 0;

  constructor(
    private readonly listener: BackendListener,
    private readonly options: ExchangeOptions,
  ) {
    this.timer = setTimeout(() => {
      this.fail(backendTimeout('The backend did not answer in time.'));
    }, options.firstByteTimeoutMs);
  }

  pause(): void {
    this.paused = true;
    (this.decoder ?? this.controller)?.pause();
  }

  resume(): void {
    this.paused = false;
    (this.decoder ?? this.controller)?.resume();
  }

  /** Makes the backend stop at once, as the client went away. */
  abort(): void {
    if (this.state === 'over' || this.state === 'released') return;
    this.close(new Error('The exchange was aborted.'));
  }

  /** Lets what is left of the body run out, briefly, so that the connection can be used again; the answer is complete. */
  release(): void {
    if (this.state !== 'answering') return;
    this.state = 'released';
    this.resume();
    this.timer = setTimeout(() => {
      this.close(new Error('The backend did not end its answer.'));
    }, releaseLimit.milliseconds).unref();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.state === 'over') controller.abort(new Error('The exchange was aborted.'));
    else if (this.paused) controller.pause();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: BackendHeaders,
  ): void {
    if (this.state !== 'waiting' || status < 200) return; // With 1xx the answer is still to come.
    clearTimeout(this.timer);
    this.state = 'answering';
    if (status < 400 && status >= 300) {
      // A redirect that was followed would carry the client's key to another host.
      this.fail(backendStreamBroken(`The backend redirects (${status}); check BACKEND_URL.`));
      return;
    }
    if (status > 599) {
      // HTTP knows no such status, and no client should be shown one.
      this.fail(backendStreamBroken(`The backend answered with status ${status}.`));
      return;
    }
    this.listener.onStart(status, headers);
    if (this.options.decode) this.startDecoder(controller, headers['content-encoding']);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.state === 'released') {
      this.releasedBytes += chunk.length;
      if (this.releasedBytes > releaseLimit.bytes) this.close(new Error('Data after the end.'));
    } else if (this.state === 'answering') {
      if (this.decoder === undefined) this.listener.onData(chunk);
      else this.decoder.write(chunk);
    }
  }

  onResponseEnd(): void {
    if (this.decoder !== undefined && this.state === 'answering') this.decoder.end();
    else this.finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.fail(transportError(error, this.state !== 'waiting'));
  }

  private startDecoder(
    controller: Dispatcher.DispatchController,
    encoding: string | string[] | undefined,
  ): void {
    const name = Array.isArray(encoding) ? encoding.join() : (encoding ?? 'identity');
    if (name === '' || name === 'identity' || this.isOver()) return;
    const sink = {
      onData: (chunk: Buffer) => {
        if (this.state === 'answering') this.listener.onData(chunk);
      },
      onEnd: () => {
        this.finish();
      },
      onError: (cause: Error) => {
        this.fail(backendStreamBroken('The compressed answer of the backend is damaged.', cause));
      },
    };
    this.decoder = ContentDecoder.create(name, sink, controller);
    if (this.decoder === undefined) {
      this.fail(backendStreamBroken(`The backend answered in an unknown encoding, "${name}".`));
    } else if (this.paused) {
      this.decoder.pause();
      controller.resume();
    }
  }

  private finish(): void {
    const wasAnswering = this.state === 'answering';
    this.close(undefined);
    if (wasAnswering) this.listener.onEnd();
  }

  private fail(error: ApiError): void {
    const wanted = this.state === 'waiting' || this.state === 'answering';
    this.close(error);
    if (wanted) this.listener.onError(error);
  }

  /** A reason aborts what is still open on the wire. */
  private close(reason: Error | undefined): void {
    if (this.state === 'over') return;
    this.state = 'over';
    clearTimeout(this.timer);
    this.decoder?.destroy();
    if (reason !== undefined) this.controller?.abort(reason);
  }

  isOver(): boolean {
    return this.state === 'over';
  }
}
