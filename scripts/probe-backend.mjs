import process from 'node:process';
import { parseArgs } from 'node:util';
import { chatAsker } from './probe-backend/ask-chat.mjs';
import { asProfile } from './probe-backend/profile-text.mjs';
import { probeBackend } from './probe-backend/questions.mjs';
import { serverProps } from './probe-backend/server-props.mjs';

const HELP = `npm run --silent probe -- --url URL --model NAME [--images]

Asks a Chat Completions backend some thirty small questions and prints what it takes as an entry for BACKEND_PROFILES.
  --url     the endpoint, as in BACKEND_URL
  --model   the model
  --images  ask for images, too; the question by URL has the backend fetch a picture from a public server
The key is read from OPENAI_API_KEY and written nowhere. Each question is billed, at most 64 tokens of answer each.
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    model: { type: 'string' },
    images: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.url === undefined || values.model === undefined) {
  process.stdout.write(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  try {
    const ask = chatAsker({ ...values, key: process.env.OPENAI_API_KEY });
    const key = process.env.OPENAI_API_KEY;
    const told = await serverProps(values.url, key);
    const answers = await probeBackend(ask, values);
    const fields = { ...answers.fields, ...told };
    process.stdout.write(asProfile(values.model, { ...answers, fields }));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
