import { Inject, Injectable } from '@nestjs/common';
import { ID_GENERATOR, type IdGenerator } from '../../../common/id-generator.js';
import type { InputItem, OutputItem } from '../../../contracts/responses/items.js';
import type { ResponseResource, Usage } from '../../../contracts/responses/response.js';
import { invalidType, missingParameter } from '../../../common/field-errors.js';
import type { ResponseCall } from '../../pipeline/call/response-call.js';
import {
  ResponsePipeline,
  type PreparedResponse,
} from '../../pipeline/response-pipeline.service.js';
import { HeavyWork } from '../../../gate/heavy-work.service.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import { knownOf } from '../../state/recording/request-state.js';
import { Continuation } from '../../state/recording/continuation.service.js';
import { isRecord } from '../../../common/json.js';
import { keepUserMessages } from '../../pipeline/compaction/keep-user-messages.js';

/** POST /v1/responses/compact replies with this. Source: Open Responses 2026-04-24; `usage` is never null there. */
export interface CompactionResource {
  id: string;
  object: 'response.compaction';
  /** This is in seconds since the epoch. */
  created_at: number;
  output: (InputItem | OutputItem)[];
  usage: Usage;
}

export interface PreparedCompaction extends PreparedResponse {
  /** Holds what is compacted, oldest first: the chain that `previous_response_id` names and `input`. */
  items: readonly InputItem[];
}

/** POST /v1/responses/compact is a response to a `compaction_trigger` in another envelope. */
@Injectable()
export class CompactionService {
  constructor(
    private readonly responses: ResponsePipeline,
    private readonly states: Continuation,
    private readonly heavyWork: HeavyWork,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
  ) {}

  /**
   * Prepares a compaction.
   * @throws ApiError 400/413 naming the field when the body cannot be translated.
   */
  async prepare(
    body: unknown,
    call: ResponseCall,
    owner: string,
    memory: MemoryHold | undefined,
  ): Promise<PreparedCompaction> {
    if (!isRecord(body)) throw invalidType(null, 'a JSON object', body);
    const { input, previous_response_id } = body;
    if (input == null && previous_response_id == null) throw missingParameter('input');
    const trigger = { type: 'compaction_trigger' };
    const items = asItems(input);
    const request = { ...body, input: [...items, trigger], stream: false, store: false };
    const state = await this.states.open(request, owner, memory);
    const prepared = await this.heavyWork.run(memory, () =>
      this.responses.prepare(state.body, { ...call, ...knownOf(state) }),
    );
    const added = Array.isArray(prepared.request.input) ? prepared.request.input : [];
    return { ...prepared, items: [...(state.history ?? []), ...added] };
  }

  toResource({ items }: PreparedCompaction, response: ResponseResource): CompactionResource {
    const kept = keepUserMessages(items, () => this.ids.next('msg'));
    return {
      id: response.id,
      object: 'response.compaction',
      created_at: response.created_at,
      output: [...kept, ...response.output],
      usage: response.usage ?? noUsage,
    };
  }
}

const noUsage: Usage = {
  input_tokens: 0,
  input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
  output_tokens: 0,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 0,
};

function asItems(input: unknown): unknown[] {
  if (input === undefined || input === null) return [];
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  if (!Array.isArray(input)) throw invalidType('input', 'a string or an array', input);
  return input as unknown[];
}
