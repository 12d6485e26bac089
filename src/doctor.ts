import 'reflect-metadata';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { createApp } from './app.factory.js';
import { keyForChecks } from './config/key-for-checks.js';
import { EnvironmentError } from './config/read-environment.js';
import { SETTINGS, type Settings } from './config/settings.js';
import { checkBackend } from './doctor/check-backend.js';
import { checkMachine } from './doctor/check-machine.js';
import { checkStore } from './doctor/check-store.js';
import { toTable, type Finding } from './doctor/finding.js';
import { Backends } from './responses/backend/routes/backends.service.js';
import { RESPONSE_STORE, type ResponseStore } from './store/response-store.port.js';

const HELP = `npm run --silent doctor -- [--model NAME] [--json]

Checks the settings, the machine, the way to each backend and the store, with the settings that the service would have.
  --model  asks this model for a tiny answer, which is billed; without it the first of the list
  --json   prints JSON to attach to an issue: no values of settings, no keys
Where clients bring keys of their own, the key for the checks is read from OPENAI_API_KEY. Ends with 1 when a check fails.
`;

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function examine(): Promise<Finding[]> {
  // The log of the service would stand between the lines of the table.
  const logDestination = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const app = await createApp({ logDestination, embedded: true });
  const settings = app.get<Settings>(SETTINGS);
  const caller = { id: '', clientKey: keyForChecks(), headers: {} };
  const findings: Finding[] = [{ check: 'settings', result: 'ok', detail: 'read' }];
  findings.push(...(await checkMachine(settings)));
  for (const backend of app.get(Backends).all) {
    findings.push(...(await checkBackend(backend, caller, values.model)));
  }
  const store = app.get<ResponseStore>(RESPONSE_STORE);
  findings.push(...(await checkStore(store)));
  await store.close();
  return findings;
}

async function findings(): Promise<Finding[]> {
  try {
    return await examine();
  } catch (error) {
    const problems =
      error instanceof EnvironmentError
        ? error.problems
        : [error instanceof Error ? error.message : String(error)];
    return problems.map((detail) => ({ check: 'settings', result: 'fail', detail }));
  }
}

if (values.help) process.stdout.write(HELP);
else {
  const found = await findings();
  const report = { node: process.versions.node, platform: process.platform, findings: found };
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : toTable(found));
  // Connections to the backend and the store would keep the process.
  process.exit(found.some(({ result }) => result === 'fail') ? 1 : 0);
}
