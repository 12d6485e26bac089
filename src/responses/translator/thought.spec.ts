import { describe, expect, it } from '@jest/globals';
import { capableDialect } from '../../../test/support/translate.js';
import {
  decodeThought,
  encodeThought,
  hasForeignState,
  hasOpaqueThoughts,
  needsThoughts,
} from './thought.js';

describe('a sealed thought', () => {
  it.each([
    [{ text: 'plain' }],
    [{ text: 'with blocks', details: [{ type: 'reasoning.text', text: 'a' }], vendor: 'v' }],
    [{ text: '', calls: [{ callId: 'c', extraContent: { google: {} } }], vendor: 'v' }],
  ])('is read as it was written: %j', (thought) => {
    expect(decodeThought(encodeThought(thought))).toMatchObject(thought);
  });

  it.each(['', '{', '7', '{"text":7,"details":["odd"],"calls":["odd",{"callId":7}],"vendor":""}'])(
    'that was damaged says nothing: %s',
    (damaged) => {
      const { text, details, calls, vendor } = decodeThought(`\u0001${damaged}`);
      expect({ text, details, calls, vendor }).toEqual({
        text: '',
        details: [],
        calls: [],
        vendor: undefined,
      });
    },
  );
});

describe('the state of a thought', () => {
  const dialect = capableDialect({ vendor: 'own' });

  it.each([
    [undefined, false],
    [{ text: 'x' }, false],
    [{ text: 'x', vendor: 'other' }, false],
    [{ text: 'x', vendor: 'own', details: [{}] }, false],
    [{ text: 'x', vendor: 'other', details: [{}] }, true],
    [{ text: 'x', vendor: 'other', calls: [{ callId: 'c' }] }, true],
    [{ text: 'x', vendor: 'other', extraContent: {} }, true],
  ])('of %j is lost elsewhere: %s', (thought, isForeign) => {
    expect(hasForeignState(thought, dialect)).toBe(isForeign);
  });

  it.each([
    [{}, false, false],
    [{ missingReasoning: 'all' }, false, true],
    [{ reasoningDetails: true }, true, true],
    [{ thoughtSignatures: true }, true, true],
    [{ api: 'responses', responsesReasoning: 'sealed' }, true, true],
    [{ api: 'responses', responsesReasoning: 'text', missingReasoning: 'all' }, false, false],
  ] as const)('is asked for by %j: opaque %s, at all %s', (changes, opaque, needed) => {
    const asking = capableDialect({ missingReasoning: 'leave', ...changes });
    expect([hasOpaqueThoughts(asking), needsThoughts(asking)]).toEqual([opaque, needed]);
  });
});
