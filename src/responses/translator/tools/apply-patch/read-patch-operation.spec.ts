import { describe, expect, it } from '@jest/globals';
import { WarningCollector } from '../../warning.js';
import { readPatchOperation } from './read-patch-operation.js';

const update = { type: 'update_file', path: 'a.txt', diff: '@@\n-a\n+b' };

describe('readPatchOperation', () => {
  it.each<[string, Record<string, unknown>, unknown, boolean]>([
    ['as declared', update, update, false],
    ['under operation', { operation: update }, update, false],
    ['deletion', { type: 'delete_file', path: 'a' }, { type: 'delete_file', path: 'a' }, false],
    [
      'deletion with a diff',
      { type: 'delete_file', path: 'a', diff: '-x' },
      { type: 'delete_file', path: 'a' },
      false,
    ],
    ['in a fence', { ...update, diff: `\`\`\`diff\n${update.diff}\n\`\`\`` }, update, true],
    [
      'new file without plus signs',
      { type: 'create_file', path: 'a', diff: 'x\n\ny\n' },
      { type: 'create_file', path: 'a', diff: '+x\n+\n+y' },
      true,
    ],
    [
      'new file as it should be',
      { type: 'create_file', path: 'a', diff: '+x\n+y' },
      { type: 'create_file', path: 'a', diff: '+x\n+y' },
      false,
    ],
    [
      'the frame that models know from Codex',
      { patch: '*** Begin Patch\n*** Update File: a.txt\n@@\n-a\n+b\n*** End Patch\n' },
      update,
      true,
    ],
    [
      'the frame of a deletion, as bare text',
      { input: '*** Begin Patch\n*** Delete File: b\n*** End Patch' },
      { type: 'delete_file', path: 'b' },
      false,
    ],
    [
      'a frame of two files is the client’s to refuse',
      { input: '*** Delete File: a\n*** Delete File: b' },
      { type: 'update_file', path: '', diff: '*** Delete File: a\n*** Delete File: b' },
      false,
    ],
    ['nothing', {}, { type: 'update_file', path: '', diff: '' }, false],
  ])('%s', (_name, callArguments, operation, isRepaired) => {
    const warnings = new WarningCollector();
    expect(readPatchOperation(callArguments, warnings)).toEqual(operation);
    expect(warnings.list().map(({ code }) => code)).toEqual(
      isRepaired ? ['arguments_repaired'] : [],
    );
  });
});
