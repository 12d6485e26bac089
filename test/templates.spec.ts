import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Template } from '@huggingface/jinja';
import { describe, expect, it } from '@jest/globals';
import { dialectForModel } from '../src/responses/backend/families/model-families.js';
import { resolveDialect } from '../src/responses/backend/dialects/resolve-dialect.js';
import { chatTemplates } from './support/tell-what-is-missing.mjs';
import { translate } from './support/translate.js';

/**
 * Lets the models' own chat templates judge what is sent: nothing is refused, and the model sees its calls, their outputs and the
 * text beside them. The templates belong to their makers and are not in this repository.
 */
/** The renderer lacks a filter or a method that these use. */
const UNRENDERABLE = /Apriel|Kimi-K2-|Hermes-[23]-|firefunction|MiniCPM5|Seed-OSS|tencent-Hy3/;
const names = existsSync(chatTemplates)
  ? readdirSync(chatTemplates).filter((name) => name.endsWith('.jinja') && !UNRENDERABLE.test(name))
  : [];
const call = (id: string, city: string) => ({
  type: 'function_call',
  call_id: id,
  name: 'get_weather',
  arguments: JSON.stringify({ city }),
});
const output = (id: string, text: string) => ({
  type: 'function_call_output',
  call_id: id,
  output: text,
});
const user = (content: string) => ({ role: 'user', content });

const histories: [name: string, input: unknown[], needed: string[]][] = [
  [
    'a tool round',
    [user('USER-ONE'), call('call_1', 'CITY-ONE'), output('call_1', 'OUT-ONE')],
    ['USER-ONE', 'CITY-ONE', 'OUT-ONE'],
  ],
  [
    'parallel calls beside text',
    [
      user('USER-ONE'),
      { role: 'assistant', content: 'BEFORE' },
      call('call_1', 'CITY-ONE'),
      call('call_2', 'CITY-TWO'),
      output('call_1', 'OUT-ONE'),
      output('call_2', 'OUT-TWO'),
    ],
    ['BEFORE', 'CITY-ONE', 'CITY-TWO', 'OUT-ONE', 'OUT-TWO'],
  ],
  [
    'a next turn',
    [
      user('USER-ONE'),
      call('call_1', 'CITY-ONE'),
      output('call_1', 'OUT-ONE'),
      { role: 'assistant', content: 'ANSWER' },
      { role: 'developer', content: 'LATE' },
      user('USER-TWO'),
    ],
    ['CITY-ONE', 'OUT-ONE', 'ANSWER', 'LATE', 'USER-TWO'],
  ],
  ['nothing but instructions', [{ role: 'system', content: 'ALONE' }], ['ALONE']],
];
const tools = [
  {
    type: 'function' as const,
    name: 'get_weather',
    description: 'Weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
];

/** Engines hand arguments as objects to the template, and no content as an empty text. */
function asTemplateSees(messages: readonly object[]): object[] {
  return JSON.parse(JSON.stringify(messages), (key, value: unknown) =>
    key === 'arguments' && typeof value === 'string'
      ? (JSON.parse(value) as unknown)
      : key === 'content'
        ? (value ?? '')
        : value,
  ) as object[];
}

(names.length === 0 ? describe.skip : describe)('the chat templates', () => {
  it.each(names.length === 0 ? ['none'] : names)('%s shows what was sent', (file) => {
    const model = file.replace(/\.jinja$/, '');
    const dialect = dialectForModel(resolveDialect('vllm', new URL('http://h')), model);
    const template = new Template(readFileSync(resolve(chatTemplates, file), 'utf8'));
    for (const [name, input, needed] of histories) {
      const { chatRequest } = translate({ model, tools, input }, dialect);
      const prompt = template.render({
        messages: asTemplateSees(chatRequest.messages),
        ...(chatRequest.tools === undefined ? {} : { tools: chatRequest.tools }),
        add_generation_prompt: true,
        bos_token: '<s>',
        eos_token: '</s>',
      });
      expect({ name, missing: needed.filter((text) => !prompt.includes(text)) }).toEqual({
        name,
        missing: [],
      });
    }
  });
});
