import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PatchRepairer } from './patch-repairer.js';

const body = '*** Update File: a.txt\n@@\n-one\n+two\n';
const patch = `*** Begin Patch\n${body}*** End Patch`;

function repair(fragments: readonly string[]) {
  const repairer = new PatchRepairer();
  const streamed = fragments.map((fragment) => repairer.push(fragment)).join('');
  return { streamed, text: streamed + repairer.end(), repaired: repairer.repaired };
}

/** Each row has an input, and what Codex gets. */
const rows: [name: string, input: string, output: string][] = [
  ['a right patch', patch, patch],
  ['a line end after it', `${patch}\n`, `${patch}\n`],
  ['a code fence', `\`\`\`\n${patch}\n\`\`\``, `${patch}\n`],
  ['a fence with a language', `\`\`\`diff\n${patch}\n\`\`\`\n`, `${patch}\n`],
  ['space before it', `\n\n ${patch}`, patch],
  ['no first line', `${body}*** End Patch`, patch],
  ['no last line', `*** Begin Patch\n${body}`, patch],
  ['no last line, no line end', `*** Begin Patch\n${body.trimEnd()}`, patch],
  ['neither', body, patch],
  ['neither, in a fence', `\`\`\`\n${body}\`\`\``, patch],
  ['blank lines at the end', `${body}\n\n`, patch],
  ['JSON around it', JSON.stringify({ input: patch }), patch],
  ['a command around it', JSON.stringify({ command: ['apply_patch', patch] }), patch],
  ['JSON around a fence', JSON.stringify({ patch: `\`\`\`\n${patch}\n\`\`\`` }), `${patch}\n`],
  [
    'a blank line and a fence inside',
    '*** Begin Patch\n*** Add File: a\n+x\n\n```\n+y\n*** End Patch',
    '*** Begin Patch\n*** Add File: a\n+x\n\n```\n+y\n*** End Patch',
  ],
  ['prose after it', `${patch}\nDone!`, `${patch}\nDone!`],
  ['a heredoc', `apply_patch <<'EOF'\n${patch}\nEOF`, `apply_patch <<'EOF'\n${patch}\nEOF`],
  ['prose', 'Please patch a.txt', 'Please patch a.txt'],
  ['a fence around prose', '```\nhello\n```', '```\nhello\n```'],
  ['broken JSON', '{"input":', '{"input":'],
  ['only the beginning of the first line', '*** Beg', '*** Beg'],
  ['only a fence', '```', '```'],
  ['nothing', '', ''],
];

describe('PatchRepairer', () => {
  it.each(rows)('%s', (_name, input, output) => {
    const { text, repaired } = repair([input]);
    expect({ text, repaired }).toEqual({ text: output, repaired: output !== input });
  });

  it.each(rows)('%s: however it is cut', (_name, input, output) => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 40 }), (sizes) => {
        const fragments: string[] = [];
        let rest = input;
        for (const size of sizes) {
          fragments.push(rest.slice(0, size));
          rest = rest.slice(size);
        }
        expect(repair([...fragments, rest]).text).toBe(output);
      }),
      { numRuns: 60 },
    );
  });

  it('sends each line as soon as it is whole', () => {
    const repairer = new PatchRepairer();
    expect(repairer.push('*** Begin Patch\n*** Add ')).toBe('*** Begin Patch\n');
    expect(repairer.push('File: a\n+1\n')).toBe('*** Add File: a\n+1\n');
  });
});
