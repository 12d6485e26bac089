import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { chatOrderProblems } from '../../support/chat-order-checker.js';
import type { Responder } from '../../../src/demo/scripted-chat-server.js';
import type { ReceivedRequest, Script, ScriptedBackend } from '../../support/scripted-backend.js';
import { startService, type Service } from '../../support/start-service.js';
import { chatRequestOf } from './chat-answers.js';
import { CodexHome, type CodexHomeOptions } from './codex-home.js';

interface SuiteOptions extends Omit<CodexHomeOptions, 'baseURL'> {
  /** Gives the base URL of what stands between Codex and the service. */
  through?: (baseURL: string) => string;
}

export interface CodexSuite {
  /** Makes a home whose provider is the service, and queues the answers of the backend in their order. */
  start(answers: readonly (Script | Responder)[], options?: SuiteOptions): Promise<CodexHome>;
  /** Gives the chat calls since `start`. */
  calls(): readonly ReceivedRequest[];
  /** Gives the scripted backend, for answers that are queued later. */
  backend(): ScriptedBackend;
  /** Gives the address of the service, with `/v1`. */
  baseURL(): string;
}

/** Starts one service and scripted backend per file; Codex's retries are its own, so the service makes none. */
export function codexSuite(environment: Record<string, string> = {}): CodexSuite {
  let service: Service;
  let home: CodexHome | undefined;
  let first = 0;

  beforeAll(async () => {
    service = await startService({ BACKEND_RETRIES: '0', ...environment });
  });

  afterEach(() => {
    home?.remove();
    home = undefined;
    for (const call of service.backend.calls.slice(first)) {
      expect(chatOrderProblems(chatRequestOf(call).messages)).toEqual([]);
    }
  });

  afterAll(() => service.close());

  return {
    async start(answers, options = {}) {
      first = service.backend.calls.length;
      service.backend.enqueue(...answers);
      const { through = (baseURL: string) => baseURL, ...rest } = options;
      home = await CodexHome.create({ baseURL: through(service.baseURL), ...rest });
      return home;
    },
    calls: () => service.backend.calls.slice(first),
    backend: () => service.backend,
    baseURL: () => service.baseURL,
  };
}
