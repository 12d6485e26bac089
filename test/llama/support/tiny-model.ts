import { writeGguf, type MetadataValue, type Tensor } from './gguf-writer.js';

/**
 * Makes a llama of 300,000 random weights that knows single characters. What it says is noise; what is tested is the server
 * around it: templates, grammars, tool calls, streams and usage are the real ones.
 */

const width = 64;
const heads = 4;
const layers = 2;
const hidden = 128;
const contextLength = 8192;

const kinds = { normal: 1, unknown: 2, control: 3, userDefined: 4, byte: 6 };
const printable = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at));
const vocabulary: readonly (readonly [token: string, kind: number])[] = [
  ['<unk>', kinds.unknown],
  ['<s>', kinds.control],
  ['</s>', kinds.control],
  ...Array.from({ length: 256 }, (_, byte) => {
    const code = byte.toString(16).toUpperCase().padStart(2, '0');
    return [`<0x${code}>`, kinds.byte] as const;
  }),
  ['\u2581', kinds.normal],
  ...printable.map((character) => [character, kinds.normal] as const),
  ['<tool_call>', kinds.userDefined],
  ['<|im_start|>', kinds.control],
  ['<|im_end|>', kinds.control],
];

/** It is one token, as in models that are trained on it, which is what `logit_bias` needs to make this one call. */
export const toolCallToken = vocabulary.findIndex(([token]) => token === '<tool_call>');

/** This is ChatML, with tools as Hermes and Qwen write them, on one line: a line end is a token that the model never says. */
const template = `{%- if tools %}<|im_start|>system
# Tools

<tools>
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}
</tools>

For each call return <tool_call>{"name": <name>, "arguments": <arguments>}</tool_call><|im_end|>
{% endif %}
{%- for message in messages %}
{%- if message.role == "assistant" and message.tool_calls %}<|im_start|>assistant
{%- if message.content %}
{{ message.content }}{% endif %}
{%- for call in message.tool_calls %}
<tool_call>{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}</tool_call>
{%- endfor %}<|im_end|>
{% elif message.role == "tool" %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% else %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;

const metadata: Record<string, MetadataValue> = {
  'general.architecture': { type: 'string', value: 'llama' },
  'general.name': { type: 'string', value: 'tiny' },
  'llama.context_length': { type: 'uint32', value: contextLength },
  'llama.embedding_length': { type: 'uint32', value: width },
  'llama.block_count': { type: 'uint32', value: layers },
  'llama.feed_forward_length': { type: 'uint32', value: hidden },
  'llama.attention.head_count': { type: 'uint32', value: heads },
  'llama.attention.head_count_kv': { type: 'uint32', value: heads },
  'llama.attention.layer_norm_rms_epsilon': { type: 'float32', value: 1e-5 },
  'llama.rope.dimension_count': { type: 'uint32', value: width / heads },
  'llama.vocab_size': { type: 'uint32', value: vocabulary.length },
  'tokenizer.ggml.model': { type: 'string', value: 'llama' },
  'tokenizer.ggml.tokens': { type: 'strings', value: vocabulary.map(([token]) => token) },
  'tokenizer.ggml.scores': { type: 'float32s', value: vocabulary.map(() => 0) },
  'tokenizer.ggml.token_type': { type: 'int32s', value: vocabulary.map(([, kind]) => kind) },
  'tokenizer.ggml.unknown_token_id': { type: 'uint32', value: 0 },
  'tokenizer.ggml.bos_token_id': { type: 'uint32', value: 1 },
  'tokenizer.ggml.eos_token_id': { type: 'uint32', value: vocabulary.length - 1 },
  'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
  'tokenizer.ggml.add_space_prefix': { type: 'bool', value: false },
  'tokenizer.chat_template': { type: 'string', value: template },
};

export function tinyModel(): Buffer {
  const random = randomNumbers(1);
  const tensor = (name: string, ...shape: number[]): Tensor => {
    const size = shape.reduce((product, length) => product * length, 1);
    return { name, shape, values: Float32Array.from({ length: size }, () => random() * 0.2) };
  };
  const ones = (name: string): Tensor => ({
    name,
    shape: [width],
    values: new Float32Array(width).fill(1),
  });
  const block = (layer: number): Tensor[] => [
    ones(`blk.${layer}.attn_norm.weight`),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((part) =>
      tensor(`blk.${layer}.${part}.weight`, width, width),
    ),
    ones(`blk.${layer}.ffn_norm.weight`),
    tensor(`blk.${layer}.ffn_gate.weight`, width, hidden),
    tensor(`blk.${layer}.ffn_up.weight`, width, hidden),
    tensor(`blk.${layer}.ffn_down.weight`, hidden, width),
  ];
  const tensors = [
    tensor('token_embd.weight', width, vocabulary.length),
    ones('output_norm.weight'),
    quietened(tensor('output.weight', width, vocabulary.length)),
    ...Array.from({ length: layers }, (_, layer) => block(layer)).flat(),
  ];
  return writeGguf(metadata, tensors);
}

/** Takes the weight from raw bytes and control tokens, so that unless a grammar asks for them the model says characters. */
function quietened(output: Tensor): Tensor {
  for (const [index, [, kind]] of vocabulary.entries()) {
    if (kind !== kinds.normal) output.values.fill(0, index * width, (index + 1) * width);
  }
  return output;
}

/** Makes numbers from -1 to 1, the same on every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
