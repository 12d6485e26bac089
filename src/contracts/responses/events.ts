import type { InItem, Sequenced } from './event-base.js';
import type {
  Annotation,
  MessageOutputPart,
  ReasoningTextPart,
  SummaryTextPart,
  TokenLogprob,
} from './content.js';
import type { HostedEvent } from './hosted-events.js';
import type { OutputItem } from './items.js';
import type { ResponseResource } from './response.js';

export interface LifecycleEvent extends Sequenced {
  type:
    | 'response.created'
    | 'response.queued'
    | 'response.in_progress'
    | 'response.completed'
    | 'response.incomplete'
    | 'response.failed';
  response: ResponseResource;
}

export interface OutputItemEvent extends Sequenced {
  type: 'response.output_item.added' | 'response.output_item.done';
  output_index: number;
  item: OutputItem;
}

export interface ContentPartEvent extends InItem {
  type: 'response.content_part.added' | 'response.content_part.done';
  content_index: number;
  part: MessageOutputPart | ReasoningTextPart;
}

export interface OutputTextDeltaEvent extends InItem {
  type: 'response.output_text.delta';
  content_index: number;
  delta: string;
  logprobs: TokenLogprob[];
}

export interface OutputTextDoneEvent extends InItem {
  type: 'response.output_text.done';
  content_index: number;
  text: string;
  logprobs: TokenLogprob[];
}

export interface AnnotationAddedEvent extends InItem {
  type: 'response.output_text.annotation.added';
  content_index: number;
  annotation_index: number;
  annotation: Annotation;
}

export interface RefusalDeltaEvent extends InItem {
  type: 'response.refusal.delta';
  content_index: number;
  delta: string;
}

export interface RefusalDoneEvent extends InItem {
  type: 'response.refusal.done';
  content_index: number;
  refusal: string;
}

export interface ReasoningSummaryPartEvent extends InItem {
  type: 'response.reasoning_summary_part.added' | 'response.reasoning_summary_part.done';
  summary_index: number;
  part: SummaryTextPart;
}

export interface ReasoningSummaryTextDeltaEvent extends InItem {
  type: 'response.reasoning_summary_text.delta';
  summary_index: number;
  delta: string;
}

export interface ReasoningSummaryTextDoneEvent extends InItem {
  type: 'response.reasoning_summary_text.done';
  summary_index: number;
  text: string;
}

/** OpenAI has these names for raw reasoning; they are sent only when REASONING_FORMAT=raw. */
export interface ReasoningTextDeltaEvent extends InItem {
  type: 'response.reasoning_text.delta';
  content_index: number;
  delta: string;
}

export interface ReasoningTextDoneEvent extends InItem {
  type: 'response.reasoning_text.done';
  content_index: number;
  text: string;
}

export interface FunctionCallArgumentsDeltaEvent extends InItem {
  type: 'response.function_call_arguments.delta';
  delta: string;
}

export interface FunctionCallArgumentsDoneEvent extends InItem {
  type: 'response.function_call_arguments.done';
  name: string;
  arguments: string;
}

export interface CustomToolCallInputDeltaEvent extends InItem {
  type: 'response.custom_tool_call_input.delta';
  delta: string;
}

export interface CustomToolCallInputDoneEvent extends InItem {
  type: 'response.custom_tool_call_input.done';
  input: string;
}

/** The command events of OpenAI's `shell` tool name no item, but `output_index` does. */
interface ShellCommand extends Sequenced {
  output_index: number;
  command_index: number;
}

export interface ShellCallCommandEvent extends ShellCommand {
  type: 'response.shell_call_command.added' | 'response.shell_call_command.done';
  command: string;
}

export interface ShellCallCommandDeltaEvent extends ShellCommand {
  type: 'response.shell_call_command.delta';
  delta: string;
}

/** This tells that a compaction is being made; its content stays sealed. */
export interface CompactingEvent extends InItem {
  type: 'response.compaction.compacting';
}

/** Flat for OpenAI's SDK and nested for Open Responses, in one object: both readers are served. */
export interface ErrorEvent extends Sequenced {
  type: 'error';
  code: string;
  message: string;
  param: string | null;
  error: { type: string; code: string; message: string; param: string | null };
}

export type ResponseEvent =
  | LifecycleEvent
  | OutputItemEvent
  | ContentPartEvent
  | OutputTextDeltaEvent
  | OutputTextDoneEvent
  | AnnotationAddedEvent
  | RefusalDeltaEvent
  | RefusalDoneEvent
  | ReasoningSummaryPartEvent
  | ReasoningSummaryTextDeltaEvent
  | ReasoningSummaryTextDoneEvent
  | ReasoningTextDeltaEvent
  | ReasoningTextDoneEvent
  | FunctionCallArgumentsDeltaEvent
  | FunctionCallArgumentsDoneEvent
  | CustomToolCallInputDeltaEvent
  | CustomToolCallInputDoneEvent
  | ShellCallCommandEvent
  | ShellCallCommandDeltaEvent
  | CompactingEvent
  | HostedEvent
  | ErrorEvent;

export type TerminalEventType = 'response.completed' | 'response.incomplete' | 'response.failed';
