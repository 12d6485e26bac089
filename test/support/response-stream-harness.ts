import type { ChatChunk } from '../../src/contracts/chat/chunk.js';
import type { ResponseEvent } from '../../src/contracts/responses/events.js';
import { toolAdapters } from '../../src/responses/translator/tools/tool-adapters.js';
import { ToolAdapterSet } from '../../src/responses/translator/tools/tool-adapter-set.js';
import { ToolRegistry } from '../../src/responses/translator/tools/tool-registry.js';
import { createSnapshot } from '../../src/responses/translator/stream/response-snapshot.js';
import { ResponseStream } from '../../src/responses/translator/stream/response-stream.js';
import type { ResponseStreamOptions } from '../../src/responses/translator/stream/sequence/stream-options.js';
import { WarningCollector } from '../../src/responses/translator/warning.js';
import { testDialect } from './test-dialect.js';

export const NOW_MS = 1_764_000_000_500;

/** Makes ids that count, `msg_000…1`, so that two runs give the same events. */
export function countingIds(): ResponseStreamOptions['ids'] {
  let count = 0;
  return { next: (prefix) => `${prefix}_${String(++count).padStart(24, '0')}` };
}

export interface Harness {
  stream: ResponseStream;
  warnings: WarningCollector;
}

/** Makes a ResponseStream with a fixed clock and counted ids; anything may be overridden. */
export function createHarness(overrides: Partial<ResponseStreamOptions> = {}): Harness {
  const warnings = new WarningCollector();
  const ids = countingIds();
  const stream = new ResponseStream({
    snapshot: createSnapshot(
      { model: 'm', input: 'Hi' },
      { responseId: ids.next('resp'), createdAt: 1_764_000_000, model: 'm', stored: false },
    ),
    dialect: testDialect(),
    adapters: new ToolAdapterSet(toolAdapters),
    tools: new ToolRegistry(),
    allowedTools: undefined,
    ids,
    warnings,
    reasoningFormat: 'summary',
    maxOutputCharacters: 1_000_000,
    now: () => NOW_MS,
    ...overrides,
  });
  return { stream, warnings };
}

/** Gives all events of one answer whose chunks come one per read, and which then ends. */
export function translateAll(
  chunks: readonly ChatChunk[],
  { stream }: Harness = createHarness(),
): ResponseEvent[] {
  const events = stream.start();
  for (const chunk of chunks) events.push(...stream.push([chunk]));
  events.push(...stream.end());
  return events;
}
