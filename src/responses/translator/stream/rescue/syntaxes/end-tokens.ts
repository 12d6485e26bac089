import type { TextCallSyntax } from '../text-call-syntax.js';

const TOKENS = [
  ...['<|im_end|>', '<|eot_id|>', '<|eom_id|>', '<|end_of_text|>', '<|endoftext|>'],
  ...['<|return|>', '<|end|>', '<end_of_turn>', '<｜end▁of▁sentence｜>', '[EOS]'],
];

/** The model stops at this token, which a server should have kept to itself: it says nothing at the very end. */
export const endTokens: TextCallSyntax = {
  opens: TOKENS,
  ends: [],
  closes: TOKENS,
  parse(text, _tools, atEnd) {
    const token = TOKENS.find((mark) => text.startsWith(mark)) ?? '';
    if (text.slice(token.length).trim() !== '') return 'none';
    return atEnd ? { calls: [], length: text.length } : 'more';
  },
};
