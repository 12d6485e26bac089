import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { testDialect } from '../../../../../test/support/test-dialect.js';
import type { OfferedTools } from '../rescue/text-call-syntax.js';
import { ContentSplitter, type ContentPart } from './content-splitter.js';

const tools: OfferedTools = new Map([['get_weather', undefined]]);

interface Shown {
  text: string;
  reasoning: string;
  others: ContentPart[];
}

function shown(parts: readonly ContentPart[]): Shown {
  const result: Shown = { text: '', reasoning: '', others: [] };
  for (const part of parts) {
    if (part.kind === 'text' || part.kind === 'reasoning') result[part.kind] += part.text;
    else result.others.push(part);
  }
  return result;
}

function split(fragments: readonly string[]): Shown {
  const splitter = new ContentSplitter(testDialect(), tools);
  return shown([
    ...fragments.flatMap((fragment) => splitter.pushContent(fragment)),
    ...splitter.end(),
  ]);
}

const call = { kind: 'call', call: { name: 'get_weather', arguments: '{"city": "Rome"}' } };
const rows: [name: string, input: string, expected: Partial<Shown>][] = [
  [
    'thought and answer',
    '<|channel|>analysis<|message|>Think.<|end|><|start|>assistant<|channel|>final<|message|>Hello!<|return|>',
    { text: 'Hello!', reasoning: 'Think.' },
  ],
  [
    'a call, its stop token not passed on',
    '<|channel|>analysis<|message|>Look it up.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Rome"}',
    { reasoning: 'Look it up.', others: [call as ContentPart] },
  ],
  [
    'the recipient before the channel',
    '<|start|>assistant to=functions.get_weather<|channel|>commentary json<|message|>{"city": "Rome"}<|call|>',
    { others: [call as ContentPart] },
  ],
  [
    'a preamble and a message without an end',
    '<|channel|>commentary<|message|>I will look.<|channel|>final<|message|>a < b <|',
    { text: 'I will look.a < b ' },
  ],
  [
    'a tool that was not offered',
    '<|channel|>commentary to=browser.search<|message|>{}<|call|>',
    { others: [{ kind: 'unknown', name: 'browser.search' }] },
  ],
  [
    'a call that broke off',
    '<|channel|>commentary to=functions.get_weather<|message|>{"city": "Ro',
    { others: [{ kind: 'cut' }] },
  ],
  [
    'another format',
    'The token <|channel|> is special.',
    { text: 'The token <|channel|> is special.' },
  ],
];

describe('channels of gpt-oss in the content', () => {
  it.each(rows)('%s', (_name, input, expected) => {
    const whole = { text: '', reasoning: '', others: [], ...expected };
    expect(split([input])).toEqual(whole);
    expect(split(Array.from(input))).toEqual(whole);
  });

  it('gives the same for every split', () => {
    const piece = fc.constantFrom(...rows.map(([, input]) => input), '<|end|>', '<', 'x');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        (pieces, size) => {
          const input = pieces.join('');
          const fragments = input.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];
          expect(split(fragments)).toEqual(split([input]));
        },
      ),
    );
  });
});

describe('reasoning in a field of its own', () => {
  it('is told once when the content has it in tags, too', () => {
    const splitter = new ContentSplitter(testDialect(), new Map());
    const parts = [
      ...splitter.pushReasoning('User '),
      ...splitter.pushContent('<think>User '),
      ...splitter.pushReasoning('greets.'),
      ...splitter.pushContent('greets.</think>Hello!'),
      ...splitter.end(),
    ];
    expect(shown(parts)).toEqual({ text: 'Hello!', reasoning: 'User greets.', others: [] });
  });

  it('leaves a closing tag behind that is no text', () => {
    expect(split(['</think>\n\nHello'])).toMatchObject({ text: 'Hello', reasoning: '' });
  });
});
