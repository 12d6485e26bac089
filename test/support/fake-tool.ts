import type { FileSearchCallItem } from '../../src/contracts/responses/hosted-items.js';
import { asArray } from '../../src/common/json.js';
import type {
  CallOutcome,
  ToolExecutor,
  ToolSession,
  ToolWork,
} from '../../src/responses/pipeline/executors/tool-executor.port.js';
import type { HostedCall } from '../../src/responses/translator/stream/hosted-items.js';
import type {
  CallContext,
  CallingTool,
  CallWriter,
  ToolDeclaration,
} from '../../src/responses/translator/tools/tool-adapter.port.js';
import { WholeCallWriter } from '../../src/responses/translator/tools/whole-call.writer.js';

/** `file_search` with one function of the same name, for tests of the loop. */
export class FileSearchAdapter implements CallingTool {
  readonly toolType = 'file_search';
  readonly itemIdPrefix = 'fs';
  readonly runsHere = true;
  readonly needsWholeArguments = true;

  declare(): ToolDeclaration[] {
    const parameters = {
      type: 'object',
      properties: { queries: { type: 'array', items: { type: 'string' } } },
      required: ['queries'],
    };
    const name = 'file_search';
    return [{ identity: { type: name, name }, function: { name, parameters } }];
  }

  openCall({ itemId, outputIndex }: CallContext): CallWriter {
    const at = { item_id: itemId, output_index: outputIndex };
    return new WholeCallWriter<FileSearchCallItem>(
      ({ queries }) => ({
        type: 'file_search_call',
        id: itemId,
        queries: asArray(queries).map(String),
        results: null,
        status: 'in_progress',
      }),
      () => [
        { type: 'response.file_search_call.in_progress', ...at },
        { type: 'response.file_search_call.searching', ...at },
      ],
    );
  }
}

export type Run = (call: HostedCall, work: ToolWork) => Promise<CallOutcome>;

export function sessionOf(run: Run, more: Partial<ToolSession> = {}): ToolSession {
  return { adapters: [new FileSearchAdapter()], run, ...more };
}

export function executorOf(run: Run): ToolExecutor {
  return { toolTypes: ['file_search'], open: () => sessionOf(run) };
}

/** What a search that found this text comes to. */
export function found(call: HostedCall, text: string): CallOutcome {
  const item = call.item as FileSearchCallItem;
  const result = { file_id: 'file_1', filename: 'a.md', score: 1, text };
  return {
    item: { ...item, status: 'completed', results: [result] },
    events: [
      {
        type: 'response.file_search_call.completed',
        item_id: call.itemId,
        output_index: call.outputIndex,
      },
    ],
  };
}
