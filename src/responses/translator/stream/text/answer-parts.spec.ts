import { describe, expect, it } from '@jest/globals';
import { capableDialect, translate } from '../../../../../test/support/translate.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { decodeThought, encodeThought, type Thought } from '../../thought.js';
import { WarningCollector } from '../../warning.js';
import { UnreadFields } from '../chunk/unread-fields.js';
import { readImages } from './generated-images.js';
import { ReasoningDetails } from './reasoning-details.js';

describe('images of an answer', () => {
  it.each<[unknown, unknown]>([
    [[{ image_url: { url: 'data:image/png;base64,AA' } }], [{ base64: 'AA' }]],
    [[{ image_url: 'https://h/1.png' }], [{ url: 'https://h/1.png' }]],
    [[{ url: 'data:nothing' }], [{ url: 'data:nothing' }]],
    [[{ b64_json: 'BB' }, { type: 'x' }, 7], [{ base64: 'BB' }]],
    ['none', []],
  ])('%j', (images, expected) => {
    expect(readImages({ images })).toEqual(expected);
  });

  it.each([
    ['/9j/AA', 'data:image/jpeg;base64,/9j/AA'],
    ['iVBOR', 'data:image/png;base64,iVBOR'],
    ['data:image/gif;base64,AA', 'data:image/gif;base64,AA'],
  ])('%s comes back as an image that the user shows', (result, url) => {
    const input = [
      { role: 'user', content: 'Draw' },
      { type: 'image_generation_call', id: 'ig_1', result },
    ];
    const { messages } = translate({ input }).chatRequest;
    expect(messages.at(-1)).toMatchObject({ role: 'user', content: [{}, { image_url: { url } }] });
  });

  it('without its result is left out', () => {
    const input = [
      { role: 'user', content: 'Draw' },
      { type: 'image_generation_call', id: 'ig_1' },
    ];
    expect(translate({ input }).warnings).toEqual([{ code: 'item_skipped', param: 'input[1]' }]);
  });
});

describe('opaque blocks of reasoning', () => {
  it('are joined by type and index, and kept as they are otherwise', () => {
    const details = new ReasoningDetails();
    expect(details.list).toBeUndefined();
    details.add([{ type: 'reasoning.text', text: 'a', index: 0 }, 5]);
    details.add([
      { type: 'reasoning.text', text: 'b', signature: 'S', index: 0, format: null },
      { type: 'reasoning.encrypted', data: 'x' },
    ]);
    details.add([{ type: 'reasoning.encrypted', data: 'y' }]);
    expect(details.list).toEqual([
      { type: 'reasoning.text', text: 'ab', signature: 'S', index: 0 },
      { type: 'reasoning.encrypted', data: 'x' },
      { type: 'reasoning.encrypted', data: 'y' },
    ]);
  });

  it('are sealed with the text, which stands alone where there are none', () => {
    expect(encodeThought({ text: 'why' })).toBe('why');
    expect(decodeThought('why')).toEqual({ text: 'why' });
    const thought = { text: 'why', details: [{ data: 'x' }], vendor: 'openrouter' };
    expect(decodeThought(encodeThought(thought))).toMatchObject(thought);
    expect(decodeThought('\u0001{}')).toMatchObject({ text: '', details: [] });
  });

  it('go back to the dialect that they came from alone', () => {
    const sealed = encodeThought({ text: 'why', details: [{ data: 'x' }], vendor: 'test' });
    const input = [
      { role: 'user', content: 'Hi' },
      { type: 'reasoning', summary: [], encrypted_content: sealed },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'x' },
    ];
    const open = { openSealedReasoning: (text: string) => text };
    const sent = (name: string): unknown =>
      translate({ input }, { ...capableDialect(), name, reasoningDetails: true }, open).chatRequest
        .messages[1];
    expect(sent('test')).toMatchObject({ reasoning_details: [{ data: 'x' }] });
    expect(sent('other')).not.toHaveProperty('reasoning_details');
  });
});

describe('what the items of an answer have sealed', () => {
  const reasoning = (thought: Thought) => ({
    type: 'reasoning',
    summary: [],
    encrypted_content: encodeThought({ vendor: 'test', ...thought }),
  });
  const call = (call_id: string) => ({
    type: 'function_call',
    call_id,
    name: 'f',
    arguments: '{}',
  });
  const output = (call_id: string) => ({ type: 'function_call_output', call_id, output: 'x' });
  const block = { type: 'reasoning.text', index: 0, text: 'a' };
  const signed = { ...block, text: 'ab', signature: 'S' };
  const messagesOf = (items: unknown[], dialect: Partial<BackendDialect>) => {
    const input = [{ role: 'user', content: 'Hi' }, ...items];
    const all = { ...capableDialect(), name: 'test', ...dialect };
    const open = { openSealedReasoning: (text: string) => text };
    const { chatRequest, warnings } = translate({ input }, all, open);
    expect(warnings).toEqual([]);
    return chatRequest.messages.slice(1);
  };

  it('goes back once, as far as it grew', () => {
    const encrypted = { type: 'reasoning.encrypted', data: 'x' };
    const items = [
      reasoning({ text: 'a', details: [block] }),
      reasoning({ text: 'b', details: [signed] }),
      call('c'),
      reasoning({ text: '', details: [signed, encrypted], calls: [{ callId: 'c' }] }),
      output('c'),
    ];
    expect(messagesOf(items, { reasoningDetails: true })[0]).toMatchObject({
      reasoning_details: [signed, encrypted],
    });
    const other = { ...block, text: 'other' };
    const two = [
      reasoning({ text: 'a', details: [block] }),
      reasoning({ text: 'b', details: [other] }),
    ];
    expect(
      messagesOf([...two, call('c'), output('c')], { reasoningDetails: true })[0],
    ).toMatchObject({
      reasoning_details: [block, other],
    });
  });

  it.each<[string, (state: object) => unknown[]]>([
    ['behind the calls', (state) => [call('c'), call('d'), state, output('c'), output('d')]],
    ['before them', (state) => [state, call('c'), call('d'), output('c'), output('d')]],
    ['behind their outputs', (state) => [call('c'), call('d'), output('c'), output('d'), state]],
  ])('signatures go back with their calls, %s', (_name, items) => {
    const extraContent = { google: { thought_signature: 'SIGNED' } };
    const calls = [{ callId: 'c', extraContent }, { callId: 'd' }];
    const messages = messagesOf(items(reasoning({ text: '', calls })), { thoughtSignatures: true });
    expect(messages).toHaveLength(3);
    const [first, second] = (messages[0] as { tool_calls: object[] }).tool_calls;
    expect(first).toMatchObject({ id: 'c', extra_content: extraContent });
    expect(second).not.toHaveProperty('extra_content');
    expect(messages[0]).not.toHaveProperty('reasoning_content');
  });
});

it('fields of a delta that nothing reads are told once by name', () => {
  const warnings = new WarningCollector();
  const fields = new UnreadFields(warnings);
  fields.look({ content: 'x', odd: 1, empty: '', none: null, list: [] });
  fields.look({ odd: 2 });
  for (let field = 0; field < 50; field++) fields.look({ [`f${field}`]: 1 });
  expect(warnings.list()).toHaveLength(20);
  expect(warnings.list()[0]).toMatchObject({ code: 'answer_field_ignored' });
});
