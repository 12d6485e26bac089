import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { ChunkEraser } from '../responses/backend/wire/chunk-eraser.js';
import { HiddenTexts } from '../responses/backend/wire/text-eraser.js';
import { EventEraser } from './event-eraser.js';

const key = 'operator-key-0123456789';

/** Passes a text in pieces of these sizes. */
function through(text: string, sizes: readonly number[] = []): string {
  const eraser = new EventEraser([new ChunkEraser(new HiddenTexts([key], '***'))]);
  const bytes = Buffer.from(text);
  const shown: Buffer[] = [];
  let from = 0;
  for (const size of [...sizes, bytes.length]) {
    shown.push(eraser.push(bytes.subarray(from, from + size)));
    from += size;
  }
  return Buffer.concat([...shown, eraser.end()]).toString();
}

const event = (content: string) =>
  `data: {"id":"c", "choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}}}]}\r\n\r\n`;
const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });

describe('EventEraser', () => {
  it('erases a key that is spelled over events, wherever these are cut', () => {
    const events = [...(`${key}!`.match(/.{1,4}/g) ?? [])].map(event).join('');
    fc.assert(
      fc.property(sizes, (cuts) => {
        const shown = through(`: hi\n\n${events}data: [DONE]\n\n`, cuts);
        const contents = [...shown.matchAll(/"content":"([^"]*)"/g)].map(([, text]) => text);
        expect(contents.join('')).toBe('ope***!');
        expect(shown).toMatch(/^: hi\n\n.*\ndata: \[DONE\]\n\n$/s);
      }),
    );
  });

  it('tells what is held back before the end', () => {
    const shown = through(`${event('operator')}data: [DONE]\n\n`);
    const contents = [...shown.matchAll(/"content":"([^"]*)"/g)].map(([, text]) => text);
    expect(contents).toEqual(['ope', 'rator']);
    expect(shown.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('leaves everything else the bytes that it is', () => {
    const other = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'data:',
        'da',
        'data: {}\n',
        '\r\n',
        event('Hällo'),
        'data: [DONE]\n',
        '{"a":1}',
      ),
    );
    fc.assert(
      fc.property(fc.array(other), sizes, (texts, cuts) => {
        const text = texts.join('');
        expect(through(text, cuts)).toBe(Buffer.from(text).toString());
      }),
    );
  });

  it('holds back nothing that is no line of data, nor a line without end', () => {
    const eraser = new EventEraser([]);
    expect(eraser.push(Buffer.from('{"choices"')).toString()).toBe('{"choices"');
    const endless = new EventEraser([]);
    const shown = Array.from({ length: 40 }, (_, at) =>
      endless.push(Buffer.from((at === 0 ? 'data: ' : '') + 'x'.repeat(32_768))),
    );
    expect(Buffer.concat(shown).length).toBeGreaterThan(1_000_000);
  });
});
