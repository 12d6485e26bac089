import { Inject, Injectable } from '@nestjs/common';
import { ID_GENERATOR, type IdGenerator } from '../../../../common/id-generator.js';
import { nonEmptyText, parseJson } from '../../../../common/json.js';
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
      // The words of a query that is no JSON find as much.
      takesText: true,
      run: async (call, work) => {
        const searched = call.item as ToolSearchCallItem;
        const { query, input, limit } = searched.arguments;
        const isBroken = parseJson(call.arguments) === undefined;
        const said = isBroken ? call.arguments : '';
        const words = nonEmptyText(query) ?? nonEmptyText(input) ?? said;
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
