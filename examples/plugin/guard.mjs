import { AnswerStopped, ApiError, definePlugin } from 'responses-proxy';

/** The words of an answer that nobody shall see. */
const FORBIDDEN = /BEGIN (?:RSA |EC )?PRIVATE KEY/;

/** What each caller has used, in tokens. A real one would keep it in a database. */
const used = new Map();

/** The end of what was said in each answer that is under way. */
const spoken = new WeakMap();

/** A guardrail that stops an answer, and a budget for each caller. */
export default definePlugin({
  name: 'guard',
  hooks: [
    {
      beforeTranslate(_request, { callerId }) {
        const budget = Number(process.env.TOKEN_BUDGET ?? Infinity);
        if ((used.get(callerId) ?? 0) < budget) return;
        throw new ApiError('The budget is used up.', {
          status: 429,
          type: 'insufficient_quota',
          code: 'insufficient_quota',
        });
      },

      /** A word may come in two deltas, so what was said before is kept. */
      onEvents(events, context) {
        for (const event of events) {
          if (event.type !== 'response.output_text.delta') continue;
          const text = ((spoken.get(context) ?? '') + event.delta).slice(-1_000);
          if (FORBIDDEN.test(text)) throw new AnswerStopped();
          spoken.set(context, text);
        }
        return events;
      },

      afterResponse({ response }, { callerId }) {
        const tokens = response?.usage?.total_tokens ?? 0;
        used.set(callerId, (used.get(callerId) ?? 0) + tokens);
      },
    },
  ],
});
