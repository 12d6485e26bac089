import { word, type ModelFamily } from './model-family.js';

/** The template shows neither tools nor calls, and some refuse the role of a tool's output: all is told as text. */
const textOnly = { toolTelling: 'all_as_text', toolCallRescue: true } as const;
/** Besides, user and assistant must take turns. */
const turnsOnly = { ...textOnly, mergeUserMessages: true } as const;

/** The chat templates of these models know no tools. */
export const toollessFamilies: readonly ModelFamily[] = [
  {
    name: 'smollm, phi, rwkv',
    pattern: word('(?:smollm[23]|smolvlm|phi-?[34]|rwkv)'),
    source:
      'chat templates of SmolLM2 and 3, SmolVLM, Phi 3 to 4 and RWKV World (November 2026): tools are not shown',
    template: turnsOnly,
  },
  {
    name: 'gemma-1 to 3',
    pattern: word('(?:(?:med|code)gemma|gemma-?(?:[123]|7b))'),
    source:
      'chat templates of Gemma 1, 2, 3 and 3n (November 2026): the roles alternate, a system message is refused or put into the first user message',
    template: { ...turnsOnly, systemRole: 'user' },
  },
  {
    name: 'aya',
    pattern: word('aya'),
    source: 'chat template of Aya Expanse (November 2026): the roles alternate',
    template: turnsOnly,
  },
  {
    name: 'mistral-7b and mixtral without tools',
    pattern: word('(?:mistral-7b(?:-instruct)?-v0[.][12]|mixtral-8x7b)'),
    source: 'chat template of Mistral 7B v0.1 (November 2026): the roles alternate',
    template: { ...turnsOnly, systemRole: 'user' },
  },
  {
    name: 'llama-3.0',
    pattern: word('llama-3-(?:8b|70b)-instruct$'),
    source: 'chat template of Llama 3, before 3.1 (November 2026): calls are not shown',
    template: textOnly,
  },
  {
    name: 'qwen2-vl',
    pattern: word('qwen2(?:[.]5)?-?vl'),
    source: 'chat templates of Qwen2-VL and Qwen2.5-VL (November 2026): calls are not shown',
    template: textOnly,
  },
  {
    name: 'falcon-h1',
    pattern: word('falcon-?h1'),
    source: 'chat template of Falcon-H1 (November 2026): own calls are not shown',
    template: { toolTelling: 'calls_as_text', toolCallRescue: true },
  },
  {
    name: 'exaone-3, nemotron-h, yi, llava, vicuna and others of their age',
    pattern: word(
      '(?:exaone-(?:3|deep)|nemotron-h|yi-|starling|zephyr|vicuna|llava|idefics|llama-?2|codellama)',
    ),
    source:
      'chat templates of EXAONE 3.5, Nemotron-H, Yi 1.5, Starling, Zephyr, Vicuna, LLaVA and Idefics 3 (November 2026): tools are not shown',
    template: turnsOnly,
  },
];
