import type { TextCallSyntax } from './text-call-syntax.js';
import { endTokens } from './syntaxes/end-tokens.js';
import { functionTag } from './syntaxes/function-tag.js';
import { gemmaCalls } from './syntaxes/gemma-calls.js';
import { invokeTags } from './syntaxes/invoke-tag.js';
import { kimiK3Calls } from './syntaxes/kimi-k3-calls.js';
import { bareJsonCall, markedJsonCalls } from './syntaxes/marked-json.js';
import { miniMaxM3Calls } from './syntaxes/minimax-m3-calls.js';
import { pythonCalls } from './syntaxes/python-calls.js';
import { deepSeekCalls, kimiCalls } from './syntaxes/special-calls.js';
import { toolCallTag } from './syntaxes/tool-call-tag.js';

/**
 * Lists all syntaxes that are looked for. Their signs differ, so that the text itself says whose it is: the name of a model often
 * does not, since hosts rename models.
 */
export const textCallSyntaxes: readonly TextCallSyntax[] = [
  toolCallTag,
  functionTag,
  kimiCalls,
  kimiK3Calls,
  ...deepSeekCalls,
  ...invokeTags,
  miniMaxM3Calls,
  ...markedJsonCalls,
  gemmaCalls,
  ...pythonCalls,
  bareJsonCall,
  endTokens,
];
