/**
 * Every streaming event is numbered: `sequence_number` starts at 0 and has no gaps within one response. Source: Open Responses
 * 2026-04-24, and OpenAI's own additions (`reasoning_text`, `custom_tool_call_input`).
 */
export interface Sequenced {
  sequence_number: number;
}

export interface InItem extends Sequenced {
  item_id: string;
  output_index: number;
}
