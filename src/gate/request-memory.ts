import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiError } from '../common/api-error.js';
import { overloaded } from '../common/gate-errors.js';
import type { Settings } from '../config/settings.js';
import { isApiRoute, isUpload } from './api-route.js';
import type { MemoryBudget } from './memory-budget.service.js';
import type { MemoryHold } from './memory-hold.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Counts what this request makes the process hold. It is released when its reply is over; undefined without the gate. */
    memory: MemoryHold | undefined;
  }
}

/** A refused client is asked to wait so long; answers are being taken meanwhile. */
const retryAfterSeconds = 1;

/** A JSON body costs its bytes, the objects, and the text that goes to the backend. */
export const bytesPerBodyByte = 4;

/** An answer of which nothing is taken for so long is cut: others may need the room. */
const untakenMs = 60_000;

/** Smaller answers are with the operating system at once. */
const smallAnswerBytes = 64 * 1024;

/** An upload is held a piece at a time, as bytes and as text, and what is read of it before. A bucket has larger pieces. */
const heldByUpload = 2 * 1024 * 1024;
const heldByBucketUpload = 6 * 1024 * 1024;

type BodySettings = Pick<Settings, 'limits' | 'files'>;

/** Estimates what the body of a request will make the process hold, before it is read. */
function heldByBody(request: FastifyRequest, { limits, files }: BodySettings): number {
  const { headers, method } = request;
  const longestBytes = limits.bodyBytes;
  if (isUpload(request)) return files.bucket === undefined ? heldByUpload : heldByBucketUpload;
  if (method === 'GET') return 0;
  const declared = headers['content-length'];
  // Without a length it may be as long as a body can be.
  if (declared === undefined && headers['transfer-encoding'] !== undefined) return longestBytes;
  const bytes = Number(declared ?? 0);
  // A longer one is refused unread.
  return bytes <= longestBytes ? bytesPerBodyByte * bytes : 0;
}

/**
 * Notes that the body has been read, and is so long when decompressed.
 * @throws ApiError 503 where that is more than was reserved for it, and there is no room for it.
 */
export function noteBody({ memory }: FastifyRequest, bytes: number, budget: MemoryBudget): void {
  if (memory === undefined) return;
  const more = bytesPerBodyByte * bytes - memory.held;
  if (more > 0 && budget.isFullFor(memory.caller, more)) throw overloaded(retryAfterSeconds);
  memory.set(bytesPerBodyByte * bytes);
}

/**
 * Notes that a request holds so many bytes of JSON beside its body: what it continues.
 * @throws ApiError 503 where there is no room for it.
 */
export function noteHistory(memory: MemoryHold, bytes: number, budget: MemoryBudget): void {
  const more = bytesPerBodyByte * bytes;
  if (budget.isFullFor(memory.caller, more)) throw overloaded(retryAfterSeconds);
  memory.set(memory.held + more);
}

/** Notes that the answer is put together: it alone is held now, until its client takes it. */
export function noteAnswer(
  { request, raw }: FastifyReply,
  bytes: number,
  cutAfterMs = untakenMs,
): void {
  request.memory?.set(bytes);
  if (bytes > smallAnswerBytes) raw.setTimeout(cutAfterMs);
}

/** Opens the count of every request. */
export function openMemory(server: FastifyInstance, budget: MemoryBudget): void {
  server.decorateRequest('memory');
  server.addHook('onRequest', (request, reply, done) => {
    const memory = budget.open(request.caller);
    request.memory = memory;
    reply.raw.once('close', () => {
      memory.release();
    });
    done();
  });
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (typeof payload === 'string' || Buffer.isBuffer(payload)) noteAnswer(reply, payload.length);
    done(null, payload);
  });
}

/**
 * Reserves what a request will hold, or gives the error that refuses it. What has no body and is not for the API (health,
 * metrics) always comes in.
 */
export function reserveMemory(
  request: FastifyRequest,
  budget: MemoryBudget,
  settings: BodySettings,
): ApiError | undefined {
  const bytes = heldByBody(request, settings);
  if (bytes === 0 && !isApiRoute(request)) return undefined;
  if (budget.isFullFor(request.caller, bytes)) return overloaded(retryAfterSeconds);
  request.memory?.set(bytes);
  return undefined;
}
