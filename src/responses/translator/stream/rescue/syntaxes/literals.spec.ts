import { describe, expect, it } from '@jest/globals';
import { TextToolCallSplitter } from '../text-tool-call-splitter.js';
import { readPythonCall } from './python-literals.js';

describe("a call in Python's notation", () => {
  it.each<[string, unknown]>([
    ['f()', {}],
    ['f(a=\'x\', b="y",)', { a: 'x', b: 'y' }],
    ['f(a=True, b=false, c=None, d=null)', { a: true, b: false, c: null, d: null }],
    [
      'f(a=-1.5e3, b=[1, (2, 3)], c={"k": {"n": []}, 1: 2})',
      { a: -1500, b: [1, [2, 3]], c: { k: { n: [] }, 1: 2 } },
    ],
    [
      'f(a="\\n\\t\\"\\x41\\u0042\\q", b="""two\n"lines" """)',
      { a: '\n\t"ABq', b: 'two\n"lines" ' },
    ],
  ])('%s', (text, values) => {
    expect(readPythonCall(text, 0)).toEqual({ value: { name: 'f', values }, end: text.length });
  });

  it.each([
    'f',
    'f(',
    'f(a',
    'f(a=',
    'f(a="x',
    'f(a="x\\',
    'f(a=[1',
    'f(a={1',
    'f(a={"b" 1})',
    'f(a=g())',
    'f(1)',
    `f(a=${'['.repeat(50)}`,
  ])('%s is no whole call', (text) => {
    expect(readPythonCall(text, 0)).toBeUndefined();
  });
});

const shown = (text: string): unknown[] => {
  const splitter = new TextToolCallSplitter(new Map([['f', undefined]]));
  return [...splitter.push(text), ...splitter.end()].map(({ kind }) => kind);
};
const m3 = ']<]minimax[>[';

describe('calls whose arguments are none', () => {
  it.each([
    `${m3}<invoke name="f">${m3}<a>1${m3}</b>${m3}</invoke>`,
    `${m3}<invoke name="f">${m3}no tag${m3}</invoke>`,
    '<|open|>call tool="f"<|sep|>what<|close|>call<|sep|>',
    '<|open|>call tool="f"<|sep|><|open|>json type="object"<|sep|>[1]<|close|>json<|sep|><|close|>call<|sep|>',
    '<|tool_call_begin|>f<|tool_call_argument_begin|>not json<|tool_call_end|>',
    '<|tool_call>call:f{a:}<tool_call|>',
    '[TOOL_CALLS]f[ARGS]{bad}',
    '<|python_tag|>{"name": f}',
    '<|tool_call|>[{]]',
  ])('%s is cut', (text) => {
    expect(shown(text)).toEqual(['cut']);
  });

  it.each([
    '<|open|>call tool="f"<|sep|><|open|>json type="object"<|sep|>{"a":1}<|close|>json<|sep|><|close|>call<|sep|>',
    `${m3}<invoke name="f">${m3}</invoke>`,
    '<|tool_call>call:f{a:{<|"|>k<|"|>:[1,null,x]}}<tool_call|>',
    '<|python_tag|>f.call(a=1)',
    '```tool_code\n{"name": "f", "arguments": {}}\n```',
  ])('%s is a call', (text) => {
    expect(shown(text)).toEqual(['call']);
  });

  it('a program behind the tag is text', () => {
    expect(shown('<|python_tag|>import os')).toEqual(['prose']);
  });
});
