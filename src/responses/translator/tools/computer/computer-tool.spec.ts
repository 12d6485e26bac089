import { describe, expect, it } from '@jest/globals';
import { WarningCollector } from '../../warning.js';
import { ComputerToolAdapter } from './computer-tool.adapter.js';
import { readActions } from './read-actions.js';

const at = { x: 3, y: 4 };

describe('the actions of a call', () => {
  it.each([
    ['a batch', { actions: [{ type: 'click', x: 3, y: 4 }, { type: 'wait' }] }, ['click', 'wait']],
    ['one alone', { type: 'screenshot' }, ['screenshot']],
    ['one under action', { action: { type: 'wait' } }, ['wait']],
    ['a text of JSON', { actions: '[{"type":"wait"}]' }, ['wait']],
    ['a bare name', { action: 'screenshot' }, ['screenshot']],
    ['none', {}, ['screenshot']],
    ['one that there is not', { actions: [{ type: 'fly' }, { type: 'wait' }] }, ['wait']],
    ['a name that every object has', { actions: [{ type: 'constructor' }] }, ['screenshot']],
    ['no object', { actions: [3, null] }, ['screenshot']],
  ])('are read from %s', (_name, given, types) => {
    const read = readActions(given, new WarningCollector());
    expect(read.map(({ type }) => type)).toEqual(types);
  });

  it.each([
    [
      { type: 'click', ...at },
      { type: 'click', button: 'left', ...at },
    ],
    [
      { type: 'click', x: '3', y: 4.2, button: 'middle', keys: ['ctrl'] },
      { type: 'click', button: 'wheel', ...at, keys: ['ctrl'] },
    ],
    [
      { type: 'right_click', coordinate: [3, 4] },
      { type: 'click', button: 'right', ...at },
    ],
    [
      { type: 'double_click', ...at },
      { type: 'double_click', keys: null, ...at },
    ],
    [
      { type: 'drag', path: [[1, 2], at] },
      { type: 'drag', path: [{ x: 1, y: 2 }, at] },
    ],
    [
      { type: 'keypress', keys: 'ctrl+c' },
      { type: 'keypress', keys: ['ctrl', 'c'] },
    ],
    [
      { type: 'key', text: '+' },
      { type: 'keypress', keys: ['+'] },
    ],
    [
      { type: 'mouse_move', ...at },
      { type: 'move', ...at },
    ],
    [
      { type: 'scroll', ...at, scroll_y: -200 },
      { type: 'scroll', ...at, scroll_x: 0, scroll_y: -200 },
    ],
    [
      { type: 'type', text: 'a' },
      { type: 'type', text: 'a' },
    ],
    [{ type: 'type' }, { type: 'type', text: '' }],
  ])('%j', (given, read) => {
    const warnings = new WarningCollector();
    expect(readActions({ actions: [given] }, warnings)).toEqual([read]);
    expect(warnings.list()).toEqual([]);
  });

  it('are told when they are left out', () => {
    const warnings = new WarningCollector();
    readActions({ actions: [{ type: 'fly' }] }, warnings);
    expect(warnings.list()).toMatchObject([{ code: 'arguments_invalid' }]);
  });
});

describe('the two forms of the tool', () => {
  const call = (toolType: 'computer' | 'computer_use_preview', json: string) => {
    const warnings = new WarningCollector();
    const writer = new ComputerToolAdapter(toolType).openCall({
      itemId: 'cu_1',
      callId: 'c1',
      outputIndex: 0,
      identity: { type: toolType, name: 'computer' },
      warnings,
    });
    writer.push(json);
    return { item: writer.item('completed'), warnings: warnings.list().map(({ code }) => code) };
  };
  const two = '{"actions":[{"type":"wait"},{"type":"screenshot"}]}';
  const item = { type: 'computer_call', id: 'cu_1', call_id: 'c1', pending_safety_checks: [] };

  it('have a batch, or one action', () => {
    expect(call('computer', two).item).toEqual({
      ...item,
      status: 'completed',
      actions: [{ type: 'wait' }, { type: 'screenshot' }],
    });
    expect(call('computer_use_preview', '{"type":"wait"}')).toEqual({
      item: { ...item, status: 'completed', action: { type: 'wait' } },
      warnings: [],
    });
    expect(call('computer_use_preview', two).warnings).toEqual(['arguments_invalid']);
  });

  it('go back to the model as it made them', () => {
    const adapter = new ComputerToolAdapter('computer');
    const read = (more: object) =>
      adapter.readCall({ type: 'computer_call', call_id: 'c1', ...more }).arguments;
    expect(read({ actions: [{ type: 'wait' }] })).toBe('{"actions":[{"type":"wait"}]}');
    expect(read({ action: { type: 'wait' } })).toBe('{"type":"wait"}');
  });

  it('tells the model of the screen that the client names', () => {
    const [declaration] = new ComputerToolAdapter('computer_use_preview').declare({
      type: 'computer_use_preview',
      display_width: 1024,
      display_height: 768,
      environment: 'browser',
    });
    expect(declaration?.function.description).toContain(
      'It is 1024 by 768 pixels. It shows: browser.',
    );
    expect(declaration?.function.parameters).toMatchObject({ required: ['type'] });
  });
});
