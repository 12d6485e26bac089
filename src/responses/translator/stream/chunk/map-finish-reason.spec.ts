import { describe, expect, it } from '@jest/globals';
import { mapFinishReason } from './map-finish-reason.js';

describe('finish reasons', () => {
  it.each(['stop', 'STOP', ' Stop ', 'FINISH_REASON_STOP', 'tool_use', 'eos_token'])(
    '%s completes',
    (reason) => {
      expect(mapFinishReason(reason)).toEqual({ status: 'completed', known: true });
    },
  );

  it.each(['length', 'MAX_TOKENS', 'max_output_tokens', 'model_context_window_exceeded'])(
    '%s is a limit',
    (reason) => {
      expect(mapFinishReason(reason)).toEqual({
        status: 'incomplete',
        reason: 'max_output_tokens',
      });
    },
  );

  it.each(['SAFETY', 'RECITATION', 'content_filter: PROHIBITED_CONTENT', 'sensitive'])(
    '%s is a filter',
    (reason) => {
      expect(mapFinishReason(reason)).toEqual({ status: 'incomplete', reason: 'content_filter' });
    },
  );

  it.each([
    'network_error',
    'MALFORMED_FUNCTION_CALL',
    'function_call_filter: UNEXPECTED',
    'abort',
  ])('%s is a failure', (reason) => {
    expect(mapFinishReason(reason)).toMatchObject({ status: 'failed' });
  });

  it.each(['', 'null', 'None', '  '])('%j is no reason', (reason) => {
    expect(mapFinishReason(reason)).toBeUndefined();
  });

  it('does not know a new word, and says so', () => {
    expect(mapFinishReason('bored')).toEqual({ status: 'completed', known: false });
  });
});
