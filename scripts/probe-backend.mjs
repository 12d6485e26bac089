import process from 'node:process';
import { parseArgs } from 'node:util';
import { chatAsker } from './probe-backend/ask-chat.mjs';
import { overflowOf } from './probe-backend/overflow.mjs';
import { asProfile } from './probe-backend/profile-text.mjs';
import { probeBackend } from './probe-backend/questions.mjs';
import { serverProps } from './probe-backend/server-props.mjs';

const HELP = `npm run --silent probe -- --url URL --model NAME [--images] [--context TOKENS]

Asks a Chat Completions backend some thirty small questions and prints what it takes as an entry for BACKEND_PROFILES.
  --url     the endpoint, as in BACKEND_URL
  --model   the model
  --images  ask for images, too; the question by URL has the backend fetch a picture from a public server
  --context the model's context in tokens, where its model list does not tell it: one question is longer than that, to read
            the refusal; it is not asked where the context is not known, or beyond 300000
The key is read from OPENAI_API_KEY and written nowhere. Each question is billed, at most 64 tokens of answer each.
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    model: { type: 'string' },
    images: { type: 'boolean', default: false },
    context: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.url === undefined || values.model === undefined) {
  process.stdout.write(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  try {
    const key = process.env.OPENAI_API_KEY;
    const ask = chatAsker({ ...values, key });
    const told = await serverProps(values.url, values.model, key);
    const answers = await probeBackend(ask, values);
    const contextWindow =
      values.context === undefined ? told.contextWindow : Number(values.context);
    const overflow = await overflowOf(ask, answers.fields.maxTokensField, contextWindow);
    const fields = { ...answers.fields, ...told, ...overflow.fields };
    const remarks = [...answers.remarks, ...overflow.remarks];
    process.stdout.write(asProfile(values.model, { ...answers, fields, remarks }));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
