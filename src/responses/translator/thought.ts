import { asArray, asRecord, nonEmptyText, parseJson, type JsonRecord } from '../../common/json.js';
import type { BackendDialect } from './dialect/dialect.js';

export interface DoneCall {
  callId: string;
  /** The vendor's state came with the call. */
  extraContent?: JsonRecord | undefined;
}

/** Holds what a model thought before its answer or call, with the state that its vendor must see again unchanged. */
export interface Thought {
  text: string;
  /** `reasoning_details` come from OpenRouter: texts with signatures, encrypted blocks. */
  details?: readonly JsonRecord[] | undefined;
  /** `extra_content` of a call is Gemini's thought signature. */
  extraContent?: JsonRecord | undefined;
  /** State that came after the reasoning belongs to these calls of its answer. */
  calls?: readonly DoneCall[] | undefined;
  /** Names the dialect that the opaque parts came from; they never go to another one. */
  vendor?: string | undefined;
}

/** Some backends refuse a call of the history without its thought. */
export function needsThoughts(dialect: BackendDialect): boolean {
  const isFilled = dialect.api === undefined && dialect.missingReasoning !== 'leave';
  return isFilled || hasOpaqueThoughts(dialect);
}

/** Tells whether state that only its maker can read belongs to a backend's thoughts. */
export function hasOpaqueThoughts({
  api,
  responsesReasoning,
  reasoningDetails,
  thoughtSignatures,
}: BackendDialect): boolean {
  return api === 'responses'
    ? responsesReasoning === 'sealed'
    : reasoningDetails || thoughtSignatures;
}

/** Says who seals the opaque parts of this backend's thoughts. */
export function vendorOf({ name, vendor = name }: Pick<BackendDialect, 'name' | 'vendor'>): string {
  return vendor;
}

/** Tells that a thought has state that only another vendor can read, so that it is lost here. */
export function hasForeignState(thought: Thought | undefined, dialect: BackendDialect): boolean {
  if (thought?.vendor === undefined || thought.vendor === vendorOf(dialect)) return false;
  const { details = [], calls = [], extraContent } = thought;
  return details.length > 0 || calls.length > 0 || extraContent !== undefined;
}

/** Finds thoughts by the keys of their calls (`ThoughtKeys`); what is not there is left out. It never rejects. */
export type FindThoughts = (keys: readonly string[]) => Promise<ReadonlyMap<string, Thought>>;

/** Marks a sealed text as a thought with opaque parts; no model writes this character. */
const MARK = '\u0001';

/** Writes what is sealed into `encrypted_content`, which is the bare text where there is nothing else. */
export function encodeThought(thought: Thought): string {
  const isBare = thought.details === undefined && thought.calls === undefined;
  return isBare ? thought.text : MARK + JSON.stringify(thought);
}

export function decodeThought(opened: string): Thought {
  if (!opened.startsWith(MARK)) return { text: opened };
  const thought = asRecord(parseJson(opened.slice(MARK.length)));
  return {
    text: typeof thought?.text === 'string' ? thought.text : '',
    details: asArray(thought?.details).flatMap((detail: unknown): JsonRecord[] => {
      const record = asRecord(detail);
      return record === undefined ? [] : [record];
    }),
    extraContent: asRecord(thought?.extraContent),
    calls: asArray(thought?.calls).flatMap((call: unknown): DoneCall[] => {
      const { callId, extraContent } = asRecord(call) ?? {};
      return typeof callId === 'string' ? [{ callId, extraContent: asRecord(extraContent) }] : [];
    }),
    vendor: nonEmptyText(thought?.vendor),
  };
}
