import type { Observable } from 'rxjs';
import { ApiError } from '../../src/common/api-error.js';
import { readEnvironment } from '../../src/config/read-environment.js';
import { toSettings } from '../../src/config/to-settings.js';
import type { ChatChunk } from '../../src/contracts/chat/chunk.js';
import type { ChatRequest } from '../../src/contracts/chat/request.js';
import { BackendHttp } from '../../src/responses/backend/wire/backend-http.js';
import { BackendCalls } from '../../src/responses/backend/backend-calls.service.js';
import { BackendClient } from '../../src/responses/backend/backend.client.js';
import { DialectResolver } from '../../src/responses/backend/profiles/dialect-resolver.js';
import { noProfiles } from '../../src/responses/backend/profiles/read-profiles.js';
import {
  FlowControl,
  type BackendCallContext,
} from '../../src/responses/backend/chat-backend.port.js';
import { ScriptedBackend } from './scripted-backend.js';
import { testDialect } from './test-dialect.js';

/** The backend client alone, without the service around it. */

export const request: ChatRequest = { model: 'm', messages: [], stream: true };

const cleanups: (() => Promise<void>)[] = [];

export function cleanUpLater(cleanup: () => Promise<void>): void {
  cleanups.push(cleanup);
}

/** For afterEach. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export function clientFor(
  url: string,
  environment: Record<string, string> = {},
  dialect = testDialect(),
): BackendClient {
  const settings = toSettings(readEnvironment({ BACKEND_URL: url, ...environment }));
  const http = new BackendHttp(settings);
  cleanUpLater(() => http.onApplicationShutdown());
  const dialects = new DialectResolver(dialect, noProfiles, settings);
  return new BackendClient(http, settings, dialects, new BackendCalls(settings, dialects));
}

export async function startBackend(): Promise<ScriptedBackend> {
  const backend = await ScriptedBackend.start();
  cleanUpLater(() => backend.close());
  return backend;
}

export function context(more: Partial<BackendCallContext> = {}): BackendCallContext {
  return {
    id: 'a',
    requestId: 'req_1',
    apiKey: 'key-1',
    headers: {},
    flow: new FlowControl(),
    ...more,
  };
}

export interface Outcome {
  batches: ChatChunk[][];
  error: ApiError | undefined;
}

/** Everything until the end, whichever it is. */
export function drain(stream: Observable<ChatChunk[]>): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const batches: ChatChunk[][] = [];
    stream.subscribe({
      next: (batch) => batches.push(batch),
      error: (error: Error) => {
        if (error instanceof ApiError) resolve({ batches, error });
        else reject(error);
      },
      complete: () => {
        resolve({ batches, error: undefined });
      },
    });
  });
}
