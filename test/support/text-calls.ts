import fc from 'fast-check';
import type { OfferedTools } from '../../src/responses/translator/stream/rescue/text-call-syntax.js';
import { TextToolCallSplitter } from '../../src/responses/translator/stream/rescue/text-tool-call-splitter.js';

/** Gives what the splitter makes of a text: prose, with each call as `[name arguments]` in its place. */
export function splitTextCalls(fragments: readonly string[], offered: OfferedTools): string {
  const splitter = new TextToolCallSplitter(offered);
  const parts = [...fragments.flatMap((fragment) => splitter.push(fragment)), ...splitter.end()];
  return parts
    .map((part) => {
      if (part.kind === 'prose') return part.text;
      if (part.kind === 'call') return `[${part.call.name} ${part.call.arguments}]`;
      return part.kind === 'cut' ? '[cut]' : `[unknown ${part.name}]`;
    })
    .join('');
}

/** Makes a text of some of `pieces`, whole and in fragments of some sizes. */
export function arbitrarySplit(
  pieces: readonly string[],
  { maxPieces, longest }: { maxPieces: number; longest: number },
): fc.Arbitrary<{ input: string; fragments: string[] }> {
  return fc
    .tuple(
      fc.array(fc.constantFrom(...pieces), { maxLength: maxPieces }),
      fc.array(fc.integer({ min: 1, max: longest }), { minLength: 1, maxLength: 8 }),
    )
    .map(([chosen, sizes]) => {
      const input = chosen.join('');
      const fragments: string[] = [];
      for (let at = 0, turn = 0; at < input.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        fragments.push(input.slice(at, at + size));
        at += size;
      }
      return { input, fragments };
    });
}
