/** These content parts are as they are on the wire. Source: Open Responses 2026-04-24. */

export interface OutputTextPart {
  type: 'output_text';
  text: string;
  annotations: Annotation[];
  logprobs?: TokenLogprob[];
}

export interface RefusalPart {
  type: 'refusal';
  refusal: string;
}

export interface SummaryTextPart {
  type: 'summary_text';
  text: string;
}

export interface ReasoningTextPart {
  type: 'reasoning_text';
  text: string;
}

/** Indexes are UTF-16 code units into the text of the part. */
export interface UrlCitation {
  type: 'url_citation';
  url: string;
  title: string;
  start_index: number;
  end_index: number;
}

/** `index` is the place in the text of the part, in UTF-16 code units. */
export interface FileCitation {
  type: 'file_citation';
  file_id: string;
  filename: string;
  index: number;
}

export type Annotation = UrlCitation | FileCitation;

export interface TopLogprob {
  token: string;
  logprob: number;
  bytes: number[];
}

export interface TokenLogprob extends TopLogprob {
  top_logprobs: TopLogprob[];
}

export type MessageOutputPart = OutputTextPart | RefusalPart;
