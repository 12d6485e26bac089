import { describe, expect, it } from '@jest/globals';
import { splitTextCalls } from '../../../../../test/support/text-calls.js';
import type { OfferedTools } from './text-call-syntax.js';

/** What stands in the arguments of a call that a model wrote as text, in the notations that are not JSON. */
const tools: OfferedTools = new Map([['f', undefined]]);
const read = (text: string): string => splitTextCalls([text], tools);

describe('Gemma', () => {
  const call = (values: string): string => `<|tool_call>call:f${values}<tool_call|>`;

  it.each([
    ['{}', '{}'],
    ['{a:<|"|>x, {y}<|"|>}', '{"a":"x, {y}"}'],
    ['{<|"|>a b<|"|>:1}', '{"a b":1}'],
    [
      '{a:true,b:false,c:null,d:None,e:-2.5,g:word}',
      '{"a":true,"b":false,"c":null,"d":null,"e":-2.5,"g":"word"}',
    ],
    ['{a:[1, [<|"|>x<|"|>]],b:{c:{}}}', '{"a":[1,["x"]],"b":{"c":{}}}'],
  ])('%s', (values, json) => {
    expect(read(call(values))).toBe(`[f ${json}]`);
  });

  it.each([
    ['a list for a table', '[1]'],
    ['a text that never ends', '{a:<|"|>x}'],
    ['a list that never ends', '{a:[1'],
    ['a key without a value', '{a:}'],
    ['no key', '{:1}'],
    ['a value without a key', '{a}'],
    ['what is nested deeper than any real call', `{a:${'['.repeat(40)}${']'.repeat(40)}}`],
  ])('runs nothing for %s', (_name, values) => {
    expect(read(call(values))).not.toContain('[f');
  });
});

describe('Python', () => {
  it.each([
    ['f()', '{}'],
    [`f(a='it\\'s', b="x\\ny", c=None, d=True)`, '{"a":"it\'s","b":"x\\ny","c":null,"d":true}'],
    [`f(a={'b': [1, -2.5, (3,)], "c": {}})`, '{"a":{"b":[1,-2.5,[3]],"c":{}}}'],
  ])('%s', (call, json) => {
    expect(read(`[${call}]`)).toBe(`[f ${json}]`);
    expect(read(`\`\`\`tool_code\nprint(${call})\n\`\`\``)).toContain(`[f ${json}]`);
  });

  it.each([
    ['a value without a name', 'f(1)'],
    ['a text that never ends', `f(a='x)`],
    ['a table without a colon', `f(a={'b' 1})`],
    ['a table without a value', `f(a={'b':})`],
    ['a table without a key', `f(a={:1})`],
    ['a word that is no literal', 'f(a=open("x"))'],
    ['what is nested deeper than any real call', `f(a=${'['.repeat(40)}${']'.repeat(40)})`],
  ])('runs nothing for %s: the answer ends as cut off', (_name, call) => {
    expect(read(`[${call}]`)).toBe('[cut]');
  });

  it('has the calls of Llama', () => {
    expect(read('<|python_tag|>f.call(a=1)')).toBe('[f {"a":1}]');
  });

  it('has the calls before the one that broke off', () => {
    expect(read(`[f(a=1), f(a='x`)).toContain('[f {"a":1}]');
  });

  it('reads JSON in a block of tool code', () => {
    expect(read('```tool_code\n{"name": "f", "arguments": {"a": 1}}\n```')).toContain(
      '[f {"a":1}]',
    );
    expect(read('```tool_code\n{"name": "g"}\n```')).not.toContain('[f');
    expect(read('```tool_code\n{"name": "f"')).not.toContain('[f {');
  });
});

describe('tags of a call', () => {
  const call = (body: string): string =>
    `<function_calls>\n<invoke name="f">${body}</invoke>\n</function_calls>`;

  it.each([
    ['<parameter name="a"><![CDATA[<b>]]></parameter>', '{"a":"<b>"}'],
    ['<parameter name="a">\nx\n</parameter>', '{"a":"x"}'],
    ['<parameter name="a">see </parameter> there</parameter>', '{"a":"see </parameter> there"}'],
  ])('%s', (body, json) => {
    expect(read(call(body))).toContain(`[f ${json}]`);
  });

  it.each([
    ['something else within', '<other>x</other>'],
    ['a parameter without a name', '<parameter>x</parameter>'],
  ])('are prose with %s', (_name, body) => {
    expect(read(call(body))).toBe(call(body));
  });

  it('are a call that is cut off where a parameter never ends', () => {
    expect(read(call('<parameter name="a">x'))).toBe('[cut]');
  });

  it('are prose around a function that nobody offered', () => {
    const text = call('').replace('"f"', '"g"');
    expect(read(text)).toBe(text);
  });
});
