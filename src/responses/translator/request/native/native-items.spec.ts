import { describe, expect, it } from '@jest/globals';
import { capableDialect } from '../../../../../test/support/translate.js';
import type { InputItem } from '../../../../contracts/responses/items.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { KnownFiles } from '../../known-files.js';
import { ToolAdapterSet } from '../../tools/tool-adapter-set.js';
import { toolAdapters } from '../../tools/tool-adapters.js';
import { NativeItems } from './native-items.js';
import { NativeTools } from './native-tools.js';

const message = (role: string, ...content: unknown[]): InputItem => ({
  type: 'message',
  role,
  content,
});

function told(
  item: InputItem,
  changes: Partial<BackendDialect> = {},
  files?: KnownFiles,
): InputItem | undefined {
  const dialect = capableDialect({ api: 'responses', responsesTools: [], ...changes });
  const tools = new NativeTools(dialect, new ToolAdapterSet(toolAdapters));
  return new NativeItems(dialect, tools, files).of(item, item.type);
}

describe('a message that a backend takes as it is', () => {
  it('keeps its role, and developers are told as the dialect says', () => {
    const text = { type: 'input_text', text: 'Hi' };
    expect(told(message('user', text))).toEqual(message('user', text));
    expect(told(message('developer', text), { developerRole: 'system' })).toMatchObject({
      role: 'system',
    });
    expect(
      told({ ...message('assistant', { type: 'output_text', text: 'Yo' }), phase: 'p' }),
    ).toEqual({
      type: 'message',
      role: 'assistant',
      id: undefined,
      content: [{ type: 'output_text', text: 'Yo', annotations: [] }],
      phase: 'p',
    });
    const refusal = { type: 'refusal', refusal: 'No.' };
    expect(told(message('assistant', refusal))).toMatchObject({ content: [refusal] });
  });

  it.each([
    ['an unknown role', message('critic', { type: 'input_text', text: 'Hi' })],
    ['attachments', { ...message('user', { type: 'input_text', text: 'Hi' }), attachments: [1] }],
    ['a tool’s id', { ...message('user', { type: 'input_text', text: 'Hi' }), tool_call_id: 'c' }],
    ['no parts', message('user')],
    ['a text for content', { type: 'message', role: 'user', content: 'Hi' }],
    ['an unknown part', message('user', { type: 'input_audio' })],
    ['a part that is none', message('user', 'Hi')],
    ['an image of an assistant', message('assistant', { type: 'input_image', image_url: 'u' })],
    ['an image without a source', message('user', { type: 'input_image' })],
  ])('is converted as for chat with %s', (_, item) => {
    expect(told(item)).toBeUndefined();
  });

  it('has its images as they are, where the model takes all of them', () => {
    const image = (source: object) => message('user', { type: 'input_image', ...source });
    const url = 'https://images.example/a.png';
    expect(told(image({ image_url: url }))).toMatchObject({
      content: [{ type: 'input_image', image_url: url, detail: 'auto' }],
    });
    expect(told(image({ image_url: { url, detail: 'low' } }))).toMatchObject({
      content: [{ image_url: url, detail: 'low' }],
    });
    expect(told(image({ file_id: 'file-there', detail: 'high' }))).toMatchObject({
      content: [{ file_id: 'file-there', detail: 'high' }],
    });
    expect(told(image({ image_url: url }), { images: 'none' })).toBeUndefined();
  });

  it('names files of the backend, and brings those that are kept here', () => {
    const part = { type: 'input_file', file_id: 'file-1', filename: null };
    const named = message('user', { type: 'input_file', file_id: 'file-1' });
    expect(told(message('user', part))).toEqual(named);
    const files: KnownFiles = new Map([['file-1', { filename: 'a.txt', base64: 'SGk=' }]]);
    expect(told(message('user', part), {}, files)).toBeUndefined();
    expect(told(message('user', { ...part, file_id: 'file-2' }), {}, files)).toBeDefined();
  });

  it('does not ask the backend for a file that was ours and is gone', () => {
    const file_id = `file-${'0a'.repeat(24)}`;
    for (const type of ['input_file', 'input_image']) {
      expect(told(message('user', { type, file_id }), {}, new Map())).toBeUndefined();
      // Nothing is kept here, so another service of this kind may have it.
      expect(told(message('user', { type, file_id }))).toBeDefined();
    }
  });

  it.each<[string, Partial<BackendDialect>, boolean]>([
    ['a model that takes files', {}, true],
    ['one that takes none', { fileParts: false }, false],
    ['one that is told their text', { fileText: 'always' }, false],
  ])('brings the file itself to %s as it is', (_, changes, isNative) => {
    const data = {
      type: 'input_file',
      filename: 'a.pdf',
      file_data: 'data:application/pdf;base64,AA',
    };
    const url = { type: 'input_file', file_url: 'https://a.example/b.pdf' };
    for (const part of [data, url]) {
      const item = message('user', part);
      expect(told(item, changes)).toEqual(isNative ? item : undefined);
    }
  });
});

describe('an item of a tool', () => {
  it('goes as it is where the backend has the tool, without an id of the client', () => {
    const call = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'c', name: 'n', input: 'i' };
    expect(told(call)).toBeUndefined();
    const knows: Partial<BackendDialect> = { responsesTools: ['custom', 'web_search'] };
    const { id, ...rest } = call;
    expect(id).toBe('ctc_1');
    expect(told(call, knows)).toEqual(rest);
    // The backend looks the items of its own tools up by their ids.
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    expect(told(search)).toBeUndefined();
    expect(told(search, knows)).toEqual(search);
  });

  it('is a function’s only with a namespace that the backend knows', () => {
    const call = { type: 'function_call', call_id: 'c', name: 'n', arguments: '{}' };
    expect(told(call)).toBeUndefined();
    expect(told({ ...call, namespace: 'space' })).toBeUndefined();
    const knows: Partial<BackendDialect> = { responsesTools: ['namespace'] };
    expect(told({ ...call, namespace: 'space' }, knows)).toEqual({ ...call, namespace: 'space' });
    expect(told({ ...call, namespace: 'space', arguments: {} }, knows)).toBeUndefined();
  });

  it('brings a list of parts as it is, and a text unwrapped as for chat', () => {
    const output = [{ type: 'input_text', text: 'done' }];
    expect(told({ type: 'function_call_output', call_id: 'c', output })).toEqual({
      type: 'function_call_output',
      call_id: 'c',
      output,
    });
    expect(told({ type: 'function_call_output', call_id: 'c', output: 'done' })).toBeUndefined();
    expect(told({ type: 'function_call_output', call_id: 'c', output: [] })).toBeUndefined();
    expect(told({ type: 'reasoning', summary: [] })).toBeUndefined();
  });
});
