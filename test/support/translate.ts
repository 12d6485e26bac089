import type { CreateResponseBody } from '../../src/contracts/responses/request.js';
import { toolAdapters } from '../../src/responses/translator/tools/tool-adapters.js';
import { ToolAdapterSet } from '../../src/responses/translator/tools/tool-adapter-set.js';
import {
  type BackendDialect,
  usualFields,
} from '../../src/responses/translator/dialect/dialect.js';
import type { ChatTranslation } from '../../src/responses/translator/request/context/chat-translation.js';
import type { TranslateOptions } from '../../src/responses/translator/request/context/translate-options.js';
import { toChatRequest } from '../../src/responses/translator/request/to-chat-request.js';
import { WarningCollector } from '../../src/responses/translator/warning.js';

/** Gives a dialect that can do everything, so that a test names only what it is about. */
export function capableDialect(overrides: Partial<BackendDialect> = {}): BackendDialect {
  return {
    name: 'test',
    ...usualFields,
    reasoningReplay: 'full',
    effortMap: {},
    strictTools: 'pass',
    toolMessageName: true,
    contentBesideCalls: 'null',
    fileParts: true,
    allowedFields: new Set(['temperature', 'top_p', 'logprobs', 'top_logprobs', 'seed', 'stop']),
    overflowPatterns: [],
    ...overrides,
  };
}

export interface TestTranslation extends ChatTranslation {
  warnings: { code: string; param: string | null }[];
}

/** Translates with the test dialect; warnings come back as code and param. */
export function translate(
  body: Partial<Omit<CreateResponseBody, 'input'>> & { input?: unknown },
  dialect: Partial<BackendDialect> = {},
  options: Partial<TranslateOptions> = {},
): TestTranslation {
  const warnings = new WarningCollector();
  const translation = toChatRequest({ model: 'm', ...body } as CreateResponseBody, {
    dialect: capableDialect(dialect),
    adapters: new ToolAdapterSet(toolAdapters),
    warnings,
    ...options,
  });
  return { ...translation, warnings: warnings.list().map(({ code, param }) => ({ code, param })) };
}

/** Gives what is thrown, as the client would see it. */
export function refusal(work: () => unknown): { status: number; code: string; param: string } {
  try {
    work();
  } catch (error) {
    const { status, code, param } = error as { status: number; code: string; param: string };
    return { status, code, param };
  }
  throw new Error('Nothing was refused.');
}
