import { expect, it } from '@jest/globals';
import type { TranslationWarning, WarningCode } from '../responses/translator/warning.js';
import { FreshWarnings } from './fresh-warnings.js';

const hour = 3_600_000;

function warning(code: WarningCode, param: string | null): TranslationWarning {
  return { code, param, message: 'What was lost.' };
}

it('tells of a kind once an hour for each model, wherever it stands', () => {
  const fresh = new FreshWarnings();
  const dropped = (index: number) => warning('content_part_dropped', `input[${index}].content[0]`);
  const count = (model: string, index: number, now: number) =>
    fresh.take(model, [dropped(index)], now).length;
  expect(count('a', 0, 0)).toBe(1);
  expect(count('a', 7, hour - 1)).toBe(0);
  expect(count('b', 0, hour - 1)).toBe(1);
  expect(count('a', 9, hour)).toBe(1);
  expect(fresh.take('a', [warning('content_part_dropped', 'tools[0]')], hour)).toHaveLength(1);
});

it('does not tell of what loses nothing', () => {
  const merged = warning('system_messages_merged', 'input[1]');
  expect(new FreshWarnings().take('a', [merged], 0)).toEqual([]);
});

it('keeps few kinds, whatever clients call their models', () => {
  const fresh = new FreshWarnings();
  const lost = [warning('field_ignored', 'prompt_cache_key')];
  fresh.take('first', lost, 0);
  for (let index = 0; index < 2_000; index += 1) fresh.take(`model-${index}`, lost, 0);
  expect(fresh.take('model-1999', lost, 0)).toEqual([]);
  expect(fresh.take('first', lost, 0)).toEqual(lost);
});
