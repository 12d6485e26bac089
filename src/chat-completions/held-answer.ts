import type { ApiError } from '../common/api-error.js';
import { backendStreamBroken } from '../common/error-table.js';
import { parseJson } from '../common/json.js';
import { classifyBackendError } from '../responses/backend/errors/classify-backend-error.js';
import type { BackendHeaders } from '../responses/backend/errors/error-shape.js';
import type { BackendListener } from '../responses/backend/wire/backend-exchange.js';
import { errorEvent, isSilence } from './first-event.js';

const maxHeldBytes = 64 * 1024;

interface HeldEnds {
  /** The answer is shown from now on, whatever becomes of it. */
  onShown: () => void;
  failed: (error: ApiError) => void;
  /** Goes on to the next target, and gives false where this error leads to none. */
  goesOn: (error: ApiError) => boolean;
}

/** Holds back what is no answer yet: a good one until it says something, a refusal until its end. */
export class HeldAnswer implements BackendListener {
  private status = 0;
  private headers: BackendHeaders | undefined;
  private parts: Buffer[] = [];
  private heldBytes = 0;
  private isShown = false;

  constructor(
    private readonly relay: BackendListener,
    private readonly ends: HeldEnds,
  ) {}

  onStart(status: number, headers: BackendHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  onData(chunk: Buffer): void {
    if (this.isShown) {
      this.relay.onData(chunk);
      return;
    }
    this.parts.push(chunk);
    this.heldBytes += chunk.length;
    const isLong = this.heldBytes > maxHeldBytes;
    if (!isLong && (this.isRefused || isSilence(this.body))) return;
    const event = this.isRefused ? undefined : errorEvent(this.body);
    if (event !== undefined && this.ends.goesOn(this.classified(event, undefined))) return;
    this.show();
  }

  onEnd(): void {
    if (!this.isShown) {
      if (this.headers !== undefined && this.ends.goesOn(this.whyNothing())) return;
      this.show();
    }
    this.relay.onEnd();
  }

  onError(error: ApiError): void {
    if (this.isShown) this.relay.onError(error);
    else this.ends.failed(error);
  }

  private get isRefused(): boolean {
    return this.status >= 400;
  }

  private get body(): string {
    return Buffer.concat(this.parts).toString('utf8');
  }

  private show(): void {
    this.isShown = true;
    this.ends.onShown();
    if (this.headers !== undefined) this.relay.onStart(this.status, this.headers);
    for (const part of this.parts.splice(0)) this.relay.onData(part);
  }

  private whyNothing(): ApiError {
    if (this.isRefused) return this.classified(parseJson(this.body) ?? this.body, this.status);
    return backendStreamBroken('The backend ended its answer without a word.');
  }

  private classified(body: unknown, status: number | undefined): ApiError {
    const { headers = {} } = this;
    return classifyBackendError({ status, headers, body, nowMs: Date.now() });
  }
}
