import { shortened } from '../../../common/describe-value.js';
import { estimateMessageTokens } from '../../translator/estimate-tokens.js';

/** So many characters of a tool's output are left when the whole does not fit. */
const LONGEST_OUTPUT = 2_000;

/** Says what the parts of a conversation are: messages, or items. */
export interface FittedParts<Part> {
  /** Gives the text of a tool's output. */
  outputOf: (part: Part) => string | undefined;
  withOutput: (part: Part, output: string) => Part;
  isOfUser: (part: Part) => boolean;
  /** Tells that what is before this part may be left out. */
  beginsRound: (part: Part, before: Part | undefined) => boolean;
}

/**
 * Makes a conversation short enough to be summarised at all: first the oldest outputs of tools are cut, then the oldest
 * rounds are left out. The user's first message says what it is about, and the last one asks for the summary: both stay.
 * @param budget is in tokens, by estimate.
 */
export function fitConversation<Part extends object>(
  parts: readonly Part[],
  budget: number,
  { outputOf, withOutput, isOfUser, beginsRound }: FittedParts<Part>,
): Part[] {
  const fitted = [...parts];
  const sizes = fitted.map(estimateMessageTokens);
  let size = sizes.reduce((sum, tokens) => sum + tokens, 0);
  for (const [index, part] of fitted.entries()) {
    if (size <= budget) return fitted;
    const output = outputOf(part);
    if (output === undefined) continue;
    const cut = withOutput(part, shortened(output, LONGEST_OUTPUT));
    size -= (sizes[index] ?? 0) - estimateMessageTokens(cut);
    sizes[index] = estimateMessageTokens(cut);
    fitted[index] = cut;
  }
  const first = fitted.findIndex(isOfUser) + 1;
  let end = first;
  // An output never stands without its call, and a round begins with what the model said.
  const mayEnd = (): boolean => {
    const part = fitted[end];
    return part !== undefined && beginsRound(part, fitted[end - 1]) && size <= budget;
  };
  while (end < fitted.length - 1 && !mayEnd()) size -= sizes[end++] ?? 0;
  return [...fitted.slice(0, first), ...fitted.slice(end)];
}
