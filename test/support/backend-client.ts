import type { Observable } from 'rxjs';
import { ApiError } from '../../src/common/api-error.js';
import { readEnvironment } from '../../src/config/read-environment.js';
import { toSettings } from '../../src/config/to-settings.js';
import type { ChatChunk } from '../../src/contracts/chat/chunk.js';
import type { ChatRequest } from '../../src/contracts/chat/request.js';
import { BackendMetrics } from '../../src/metrics/backend.metrics.js';
import { MetricsService } from '../../src/metrics/metrics.service.js';
import { BackendClient } from '../../src/responses/backend/backend.client.js';
import { StreamPacer } from '../../src/responses/backend/wire/stream-pacer.js';
import { BackendFactory } from '../../src/responses/backend/backend-factory.service.js';
import { noProfiles } from '../../src/responses/backend/profiles/read-profiles.js';
import {
  FlowControl,
  type BackendCallContext,
  type ChatBackend,
} from '../../src/responses/backend/chat-backend.port.js';
import { ScriptedBackend } from './scripted-backend.js';
import { testDialect } from './test-dialect.js';

/** Runs the backend client alone, without the service around it. */

export const request: ChatRequest = { model: 'm', messages: [], stream: true };

const cleanups: (() => Promise<void>)[] = [];

export function cleanUpLater(cleanup: () => Promise<void>): void {
  cleanups.push(cleanup);
}

/** Cleans up after a test; `afterEach` calls it. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export function clientFor(
  url: string,
  environment: Record<string, string> = {},
  dialect = testDialect(),
): { stream: (request: ChatRequest, context: TestContext) => ReturnType<ChatBackend['stream']> } {
  const settings = toSettings(readEnvironment({ BACKEND_URL: url, ...environment }));
  const factory = new BackendFactory(new BackendMetrics(new MetricsService()), [], []);
  const backend = factory.build(settings, dialect, noProfiles);
  cleanUpLater(() => backend.http.close());
  const client = new BackendClient(new StreamPacer(settings));
  return { stream: (chat, calling) => client.stream(chat, { ...calling, backend }) };
}

export async function startBackend(): Promise<ScriptedBackend> {
  const backend = await ScriptedBackend.start();
  cleanUpLater(() => backend.close());
  return backend;
}

export type TestContext = Omit<BackendCallContext, 'backend'>;

export function context(more: Partial<TestContext> = {}): TestContext {
  return {
    id: 'a',
    requestId: 'req_1',
    clientKey: 'key-1',
    headers: {},
    flow: new FlowControl(),
    ...more,
  };
}

export interface Outcome {
  batches: ChatChunk[][];
  error: ApiError | undefined;
}

/** Reads everything until the end, whichever it is. */
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
