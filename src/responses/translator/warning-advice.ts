import type { WarningCode } from './warning.js';

/** Says for each warning what its reader can do about it, in a sentence. */
export const WARNING_ADVICE: Readonly<Record<WarningCode, string>> = {
  field_ignored: 'Leave the field out, or choose a backend or profile whose dialect takes it.',
  field_clamped: 'Ask for an effort that the model has; `efforts` of its profile lists them.',
  field_mapped:
    'Check the answer against your schema yourself, or choose a backend that enforces it.',
  tool_dropped: 'Offer the model a function in its place, or have the service run the tool.',
  tool_renamed: 'Nothing needs to be done: answers come back under your own name.',
  tool_duplicate: 'Offer each tool once, or give the second definition another name.',
  tool_choice_changed:
    'Offer only the tools that may be called, or say in the prompt which to use.',
  conversation_truncated:
    'Compact the conversation, or set the `contextWindow` of the profile if the model has more room.',
  item_skipped: 'Take the item out of `input`, or send what it says as a message.',
  content_part_dropped: 'Send the part as text, or choose a model that takes its kind.',
  content_part_mapped: 'Nothing needs to be done, unless the model overlooks what was moved.',
  file_text_extracted:
    'Choose a model that takes files, or send pages as images, where layout and pictures matter.',
  file_text_truncated: 'Send the part of the document that matters as a file of its own.',
  image_described:
    'Choose a model that sees images if the description is not enough, or a better `vision` model.',
  system_messages_merged: 'Nothing needs to be done; one system message avoids it.',
  late_system_message_mapped:
    'Put instructions at the beginning if the model does not follow them where they stand.',
  system_message_mapped: 'Move images out of system messages into those of the user.',
  tool_call_duplicate: 'Give each call of the history an id of its own.',
  tool_output_filled:
    'Send an output for every call, also for those that failed or were cancelled.',
  tool_output_duplicate: 'Send one output for each call.',
  tool_output_moved: 'Send each output directly behind its calls; that keeps prompt caches warm.',
  arguments_repaired:
    'Nothing needs to be done at once; where it is frequent, look for a better tool parser of the engine.',
  arguments_invalid:
    'Let the client answer the call with an error, so that the model tries again; check `max_output_tokens`.',
  whitespace_dropped: 'Nothing needs to be done.',
  reasoning_dropped:
    'Send reasoning back unchanged to the service that gave it, with the same SEAL_KEYS on all replicas.',
  reasoning_filled: 'Keep the reasoning items of earlier turns in `input`, or keep the state here.',
  compaction_dropped: 'Set the same SEAL_KEYS on all replicas, or compact with this service.',
  compaction_failed: 'Compact with another model, or raise `max_output_tokens`.',
  answer_field_ignored: 'Report the field: the translation does not know it yet.',
  model_renamed: "Use the name of the backend's list to be exact.",
  request_amended:
    'Write the lesson into the profile of the model, so that the first request has this form already.',
  call_suppressed: 'Offer the tool, allow its call, or raise the limit of calls.',
  call_abandoned: 'Raise `max_output_tokens`, or look into the backend for why its stream broke.',
  usage_estimated: 'Have the backend report its usage, for example by `include_usage`.',
  choice_ignored: 'Ask for one choice.',
  stream_repaired: 'Nothing needs to be done; an update of the engine may mend its stream.',
  tool_call_rescued:
    "Start the engine with the model's tool parser, so that calls arrive as calls.",
  empty_turn:
    'Send the request again; where it is frequent, look at the sampling and the template.',
  tool_failed: 'Look at the output of the call: it says why the tool failed.',
  schema_simplified:
    'Check what the model sends for the part of the schema that the backend does not take.',
};
