import { asArray, asRecord, nonEmptyText, parseJson, type JsonRecord } from '../../common/json.js';

/** What a model thought before its answer or call, with the state that its vendor must see again unchanged. */
export interface Thought {
  text: string;
  /** `reasoning_details` of OpenRouter: texts with signatures, encrypted blocks. */
  details?: readonly JsonRecord[] | undefined;
  /** `extra_content` of a call: Gemini's thought signature. */
  extraContent?: JsonRecord | undefined;
  /** The dialect that the opaque parts came from; they never go to another one. */
  vendor?: string | undefined;
}

/** Marks a sealed text as a thought with opaque parts; no model writes this character. */
const MARK = '\u0001';

/** What is sealed into `encrypted_content`: the bare text where there is nothing else. */
export function encodeThought(thought: Thought): string {
  return thought.details === undefined ? thought.text : MARK + JSON.stringify(thought);
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
    vendor: nonEmptyText(thought?.vendor),
  };
}
