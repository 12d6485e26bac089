import { Inject, Injectable } from '@nestjs/common';
import { ID_GENERATOR, type IdGenerator } from '../../../../common/id-generator.js';
import { nonEmptyText } from '../../../../common/json.js';
import type { ToolSearchCallItem } from '../../../../contracts/responses/items.js';
import { deferredTools, searchOf } from '../../../translator/request/tools/deferred-tools.js';
import type { HostedRequest, ToolExecutor, ToolSession } from '../tool-executor.port.js';
import { MOST_FOUND, ServerSearchAdapter, USUALLY_FOUND } from './server-search.adapter.js';
import { ToolIndex } from './tool-index.js';

/** Runs `tool_search` of the server: it finds deferred tools of the request, which the model is offered from then on. */
@Injectable()
export class ToolSearchExecutor implements ToolExecutor {
  readonly toolTypes = ['tool_search'];

  constructor(@Inject(ID_GENERATOR) private readonly ids: IdGenerator) {}

  open({ body }: HostedRequest): ToolSession | undefined {
    const tools = body.tools ?? [];
    if (searchOf(tools) !== 'server') return undefined;
    const deferred = deferredTools(tools);
    if (deferred.length === 0) return undefined;
    const index = new ToolIndex(deferred);
    return {
      adapters: [new ServerSearchAdapter(deferred)],
      run: async (call, work) => {
        const searched = call.item as ToolSearchCallItem;
        const { query, input, limit } = searched.arguments;
        const words = nonEmptyText(query) ?? nonEmptyText(input) ?? '';
        const found = await index.find(words, mostOf(limit));
        const outcome = { item: { ...searched, status: 'completed' as const } };
        const output = {
          type: 'tool_search_output' as const,
          id: this.ids.next('tso'),
          call_id: null,
          execution: 'server' as const,
          status: 'in_progress' as const,
          tools: [],
        };
        // The call is done before what it brought.
        work.settle(call, outcome);
        const place = work.add(output);
        work.settle(place, { item: { ...output, status: 'completed', tools: found } });
        return outcome;
      },
    };
  }
}

function mostOf(limit: unknown): number {
  const asked = Math.trunc(Number(limit ?? USUALLY_FOUND)) || USUALLY_FOUND;
  return Math.min(MOST_FOUND, Math.max(1, asked));
}
