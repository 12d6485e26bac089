import type OpenAI from 'openai';
import type { ResponseEvent } from '../../src/contracts/responses/events.js';
import type { OutputItem } from '../../src/contracts/responses/items.js';
import type { ResponseResource } from '../../src/contracts/responses/response.js';

/**
 * Holds our wire types against those of the `openai` package. Nothing runs here: `npm run typecheck` is the test, and it fails
 * when something that we send is not what OpenAI's SDK declares.
 */
type OpenAiEvent = OpenAI.Responses.ResponseStreamEvent;
type OpenAiResponse = OpenAI.Responses.Response;

/** OpenAI enumerates these and the proxy keeps them as text, since it echoes clients and backends; or the SDK alone makes them. */
type LooseField =
  | 'error'
  | 'output_text'
  | 'prompt'
  | 'reasoning'
  | 'service_tier'
  | 'text'
  | 'tool_choice'
  | 'tools'
  | 'usage';

type Lifecycle = Extract<ResponseEvent, { response: ResponseResource }>;

/** Each pair is `[ours, theirs]`; `Fits` refuses a pair whose first is not assignable to its second. */
type Fits<Pair extends [unknown, unknown]> = Pair[0] extends Pair[1] ? true : never;

export const typeTests: [
  Fits<[Exclude<ResponseEvent, Lifecycle>, OpenAiEvent]>,
  Fits<[Lifecycle['type'], OpenAiEvent['type']]>,
  Fits<[Omit<ResponseResource, LooseField>, Omit<OpenAiResponse, LooseField>]>,
  Fits<[OutputItem, OpenAI.Responses.ResponseOutputItem]>,
  Fits<[NonNullable<ResponseResource['usage']>, OpenAiResponse['usage']]>,
] = [true, true, true, true, true];
