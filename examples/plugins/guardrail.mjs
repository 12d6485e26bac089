import { AnswerStopped, definePlugin } from 'responses-proxy';

/** What nobody shall see in an answer: the number of a card. */
const FORBIDDEN = /\b4\d{3}(?: \d{4}){3}\b/;

/** The end of what was said in each answer that is under way. */
const spoken = new WeakMap();

/** A guardrail that stops an answer. */
export default definePlugin({
  name: 'guardrail',
  hooks: [
    {
      /** What is forbidden may come in two deltas, so what was said before is kept. */
      onEvents(events, context) {
        for (const event of events) {
          if (event.type !== 'response.output_text.delta') continue;
          const text = ((spoken.get(context) ?? '') + event.delta).slice(-1_000);
          if (FORBIDDEN.test(text)) throw new AnswerStopped();
          spoken.set(context, text);
        }
        return events;
      },
    },
  ],
});
