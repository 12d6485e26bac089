import { describe, expect, it } from '@jest/globals';
import { translateAll } from '../../../test/support/response-stream-harness.js';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import { SseEncoder } from './sse-frame.js';

function decode(frames: string): { event: string; data: unknown }[] {
  return frames
    .split('\n\n')
    .slice(0, -1)
    .map((frame) => {
      const [event = '', data = '', ...more] = frame.split('\n');
      expect(more).toEqual([]);
      expect(event.startsWith('event: ') && data.startsWith('data: ')).toBe(true);
      return { event: event.slice(7), data: JSON.parse(data.slice(6)) as unknown };
    });
}

const chunk = (delta: object, finish: string | null = null): ChatChunk => ({
  choices: [{ index: 0, delta, finish_reason: finish }],
});

const logprob = { token: '!', logprob: -1, bytes: [33], top_logprobs: [] };

describe('SseEncoder', () => {
  it('writes every event as one frame that reads back as the event', () => {
    const events: ResponseEvent[] = translateAll([
      chunk({ reasoning_content: 'a' }),
      chunk({ reasoning_content: 'b "quoted"\n\r\u2028' }),
      chunk({ content: 'Hello' }),
      chunk({ content: '\n\nevent: fake\ndata: x\n\n' }),
      { choices: [{ index: 0, delta: { content: '!' }, logprobs: { content: [logprob] } }] },
      chunk({ content: 'again' }),
      chunk({ refusal: 'no' }),
      chunk({ refusal: 'no' }),
      chunk({
        tool_calls: [{ index: 0, id: 'call_a', function: { name: 'f', arguments: '{"a"' } }],
      }),
      chunk({ tool_calls: [{ index: 1, id: 'call_b', function: { name: 'f', arguments: '{}' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
      chunk({}, 'tool_calls'),
    ]);
    const encoder = new SseEncoder();
    const decoded = decode(events.map((event) => encoder.encode([event]).toString()).join(''));
    expect(decoded.map(({ data }) => data)).toEqual(events);
    expect(decoded.map(({ event }) => event)).toEqual(events.map(({ type }) => type));
  });

  it('encodes a batch as its frames in a row', () => {
    const events = translateAll([chunk({ content: 'a' }), chunk({ content: 'b' }, 'stop')]);
    const single = new SseEncoder();
    const oneByOne = Buffer.concat(events.map((event) => single.encode([event])));
    expect(new SseEncoder().encode(events)).toEqual(oneByOne);
  });

  it('writes each character of a token, and tokens about the length that is written in place, as JSON does', () => {
    const characters = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code));
    const tokens = [
      ...characters.map((character) => `a${character}`),
      ...[62, 63, 64, 65, 66].map((length) => 'x'.repeat(length)),
      '\ud83d',
    ];
    const events = translateAll([
      ...tokens.map((content) => chunk({ content })),
      chunk({}, 'stop'),
    ]);
    const decoded = decode(new SseEncoder().encode(events).toString());
    expect(decoded.map(({ data }) => data)).toEqual(events);
  });

  it('writes texts of any size and script, whatever another stream wrote before', () => {
    const first = translateAll([chunk({ content: '狐 – 🦊'.repeat(100_000) }, 'stop')]);
    const second = translateAll([chunk({ content: 'ok' }, 'stop')]);
    const encoder = new SseEncoder();
    for (const events of [first, second]) {
      expect(decode(encoder.encode(events).toString()).map(({ data }) => data)).toEqual(events);
    }
  });
});
