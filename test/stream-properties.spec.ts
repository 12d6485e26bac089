import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChatChunk } from '../src/contracts/chat/chunk.js';
import type { ResponseEvent } from '../src/contracts/responses/events.js';
import { SseDecoder } from '../src/responses/backend/wire/sse-decoder.js';
import type { BackendDialect } from '../src/responses/translator/dialect/dialect.js';
import { arbitraryAnswer } from './support/arbitrary-chunks.js';
import { eventViolations } from '../src/testing/event-invariants.js';
import { eventSchemaViolations } from './support/open-responses-schema.js';
import { createHarness, translateAll, type Harness } from './support/response-stream-harness.js';
import { testDialect } from './support/test-dialect.js';

const LINE_LIMIT = 64 * 1024;

/** Sends bytes their way: decoder, then translator, as the service joins them. */
function translateBytes(pieces: readonly Buffer[], { stream }: Harness): ResponseEvent[] {
  const decoder = new SseDecoder(LINE_LIMIT);
  const events = stream.start();
  const read = (chunks: ChatChunk[]): void => {
    for (const chunk of chunks) events.push(...stream.push([chunk]));
    if (decoder.failure !== undefined) events.push(...stream.fail(decoder.failure));
  };
  for (const piece of pieces) read(decoder.push(piece));
  read(decoder.end());
  events.push(...stream.end());
  return events;
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = 1 + (sizes[turn % sizes.length] ?? 0);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const sizes = fc.array(fc.nat(40), { minLength: 1, maxLength: 6 });

const offeredTools = new Map([['get_time', undefined]]);
const dialects = fc
  .record({
    thinkTags: fc.constantFrom<BackendDialect['thinkTags']>('off', 'tags', 'open'),
    toolCallRescue: fc.boolean(),
    emptyTurn: fc.constantFrom<BackendDialect['emptyTurn']>('leave', 'fail'),
  })
  .map((fields) => testDialect(fields));

describe('whatever a backend sends', () => {
  it('any chunks: exactly one terminal event, all rules kept, valid schema', () => {
    fc.assert(
      fc.property(
        arbitraryAnswer,
        fc.constantFrom<'summary' | 'raw'>('summary', 'raw'),
        dialects,
        (chunks, reasoningFormat, dialect) => {
          const events = translateAll(
            chunks,
            createHarness({ reasoningFormat, dialect, offeredTools }),
          );
          expect(eventViolations(events)).toEqual([]);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('any chunks: every event and the final response fit the schema', () => {
    fc.assert(
      fc.property(arbitraryAnswer, (chunks) => {
        const events = translateAll(chunks);
        expect(events.flatMap(eventSchemaViolations)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('any split of the bytes and any line end give the same events', () => {
    fc.assert(
      fc.property(arbitraryAnswer, sizes, lineEnd, (chunks, pieceSizes, end) => {
        const frames = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}${end}${end}`);
        const bytes = Buffer.from(`${frames.join('')}data: [DONE]${end}${end}`);
        const whole = translateBytes([bytes], createHarness());
        expect(translateBytes(cut(bytes, pieceSizes), createHarness())).toEqual(whole);
        expect(eventViolations(whole)).toEqual([]);
      }),
      { numRuns: 2_500 },
    );
  });

  it('any bytes at all: one terminal event, and never a crash', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          'data:',
          'data: {',
          '{"choices":[',
          '}',
          '[DONE]',
          '\n\n',
          '\r',
          '\ufeff',
          'event: error\n',
          '<html>',
          ': ping\n',
          '{"error":{"message":"x"}}',
        )
        .map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const events = translateBytes(pieces, createHarness());
        expect(eventViolations(events)).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });
});
