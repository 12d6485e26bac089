import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { promptProblems, readPrompts } from './read-prompts.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prompts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

const problems = (): readonly string[] => promptProblems({ PROMPTS_DIR: folder });

describe('PROMPTS_DIR', () => {
  it('has a folder for each template and a file for each version, the newest last', () => {
    write('README.md', 'Not a template {{.');
    write('.git/config', 'x');
    write('greet/10.md', 'Greet {{ name }}.\n');
    write('greet/9.yaml', 'messages: [{ role: user, content: "{{a}}{{b}} and {{a}}" }]');
    symlinkSync(join(folder, 'greet'), join(folder, 'linked'));
    const library = readPrompts(folder);
    expect([...library.keys()]).toEqual(['greet', 'linked']);
    const versions = library.get('greet')!;
    expect([...versions.keys()]).toEqual(['9', '10']);
    expect(versions.get('10')).toEqual({
      instructions: ['Greet ', { variable: 'name' }, '.'],
      messages: [],
      variables: new Set(['name']),
    });
    expect(versions.get('9')?.variables).toEqual(new Set(['a', 'b']));
    expect(problems()).toEqual([]);
  });

  it('is told with all its problems and their files', () => {
    write('a/1.md', 'one\n{{ two words }}');
    write('a/2.md', '{{open');
    write('a/3.txt', 'x');
    write('a/4.yaml', 'instruction: x');
    write('a/5.yaml', 'messages: [{ role: tool, content: x }]');
    write('a/6.yaml', 'a: [');
    write('a/7.md', 'x');
    write('a/7.yaml', 'instructions: x');
    write('a/8.yaml', '{}');
    write('a/9.md', 'x'.repeat(1024 * 1024 + 1));
    write('a/b/1.md', 'x');
    write('wrong name/1.md', 'x');
    expect(problems()).toEqual([
      'PROMPTS_DIR a/1.md line 2 of a text has {{ without the name of a variable and }}',
      'PROMPTS_DIR a/2.md line 1 of a text has {{ without the name of a variable and }}',
      'PROMPTS_DIR a/3.txt must end with .md or .yaml',
      'PROMPTS_DIR a/4.yaml instruction is unknown; there are instructions and messages',
      'PROMPTS_DIR a/5.yaml messages[0].role must be one of: user, assistant, system, developer',
      expect.stringMatching(/^PROMPTS_DIR a\/6.yaml .+ at line 1/),
      'PROMPTS_DIR a/7.yaml is a second file of its version',
      'PROMPTS_DIR a/8.yaml must hold instructions or messages',
      'PROMPTS_DIR a/9.md is larger than 1048576 bytes',
      'PROMPTS_DIR a/b must end with .md or .yaml',
      'PROMPTS_DIR wrong name/1.md must have letters, digits, _, - and . alone in its name',
    ]);
  });

  it('must be there, where it is set', () => {
    expect(promptProblems({ PROMPTS_DIR: join(folder, 'none') })).toEqual([
      'PROMPTS_DIR cannot be read (ENOENT)',
    ]);
    expect(promptProblems({})).toEqual([]);
  });
});
