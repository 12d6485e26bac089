import { describe, expect, it } from '@jest/globals';
import { of } from 'rxjs';
import { readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { ResponseCall } from '../call/response-call.js';
import type { ResponseHook } from './response-hook.port.js';
import { ResponseHooks } from './response-hooks.service.js';

const settings = toSettings(readEnvironment({}));
const events = of<ResponseEvent[]>([]);
const answers = of('an answer');
const call = { outcome: { requestId: 'req_1' }, headers: {} } as ResponseCall;

function hooksOf(...hooks: ResponseHook[]): ResponseHooks {
  return new ResponseHooks(hooks, settings, { now: () => 0 });
}

/** Gives the streams of a response as these hooks leave them. */
function streamsWith(hooks: ResponseHooks): { asked: unknown; seen: unknown } {
  const asked = hooks.ask({ model: 'm', messages: [], stream: true }, call, () => answers);
  const seen = hooks.around(events, { stream: undefined as never }, call, () => undefined);
  return { asked, seen };
}

describe('hooks that are absent', () => {
  it.each([
    ['without hooks', hooksOf()],
    ['with hooks before the request alone', hooksOf({ beforeTranslate: (request) => request })],
  ])('cost nothing per chunk %s: the streams are the very same', (_when, hooks) => {
    const { asked, seen } = streamsWith(hooks);
    expect(asked).toBe(answers);
    expect(seen).toBe(events);
  });

  it('are told from those that are there', () => {
    const { asked, seen } = streamsWith(
      hooksOf({ beforeBackend: (request) => request, onEvents: (batch) => batch }),
    );
    expect(asked).not.toBe(answers);
    expect(seen).not.toBe(events);
  });
});
