import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { URL } from 'node:url';
import { parseArgs } from 'node:util';
import { asText, providerConfig } from './codex-config/provider-block.mjs';
import { readModels } from './codex-config/read-models.mjs';
import { editConfig, hasForeignProviders, isConfigured } from './codex-config/toml-edit.mjs';

const HELP = `npm run codex:config -- [--write] [--model NAME] [--url URL] [--catalog]

Prints what Codex CLI needs in config.toml to use this proxy, and the models to choose from.
  --write    put it into config.toml; the old file is kept beside it, and what makes way is commented out
  --model    the model; without it you are asked on a terminal
  --url      of the proxy, by default http://127.0.0.1:8282
  --catalog  let Codex read the models' properties and system prompt from the proxy (docs/codex.md)
The key is read from RESPONSES_API_KEY, as Codex does it, and written nowhere. CODEX_HOME is respected.
`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      write: { type: 'boolean', default: false },
      model: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:8282' },
      catalog: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const url = new URL(values.url).href.replace(/\/+$/, '').replace(/\/v1$/, '');
  return { ...values, url };
}

/** Lists the models. A proxy that is not running yet is no obstacle when the model is named. */
async function listModels({ url, model }) {
  try {
    return await readModels(url, process.env.RESPONSES_API_KEY);
  } catch (error) {
    if (model === undefined)
      throw new Error(`No models: ${error.message} Is the proxy running?`, { cause: error });
    process.stderr.write(`The context window is not known: ${error.message}\n`);
    return [];
  }
}

async function chooseModel(models, { model, write }) {
  if (model !== undefined) return models.find(({ id }) => id === model) ?? { id: model };
  if (models.length === 0) throw new Error('The proxy lists no models: name one with --model.');
  const shown = models.map(({ id, contextWindow }, index) => {
    return `${index + 1}. ${id}${contextWindow === undefined ? '' : ` (${contextWindow} tokens)`}`;
  });
  process.stderr.write(`Models:\n${shown.join('\n')}\n\n`);
  if (process.stdin.isTTY && process.stderr.isTTY) return askForModel(models);
  if (write) throw new Error('Say which model to write: --model NAME.');
  return models[0];
}

async function askForModel(models) {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = (await terminal.question(`Which one? [1-${models.length}] `)).trim();
    const model = models[Number(answer) - 1] ?? models.find(({ id }) => id === answer);
    if (model === undefined) throw new Error(`There is no model '${answer}'.`);
    return model;
  } finally {
    terminal.close();
  }
}

async function readIfThere(path) {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeConfig(config) {
  const folder = process.env.CODEX_HOME ?? join(homedir(), '.codex');
  const path = join(folder, 'config.toml');
  const before = await readIfThere(path);
  if (before !== undefined && isConfigured(before, config)) {
    process.stderr.write(`${path} says so already.\n`);
    return;
  }
  if (before !== undefined && hasForeignProviders(before, config.provider)) {
    throw new Error(
      `${path} defines model_providers in a form that is not edited here; paste it yourself.`,
    );
  }
  await mkdir(folder, { recursive: true });
  if (before !== undefined) {
    const backup = `${path}.${new Date().toISOString().replace(/[:.]/g, '-')}.bak`;
    await copyFile(path, backup);
    process.stderr.write(`The old file is kept as ${backup}\n`);
  }
  const draft = `${path}.new`;
  await writeFile(draft, editConfig(before ?? '', config), { mode: 0o600 });
  await rename(draft, path);
  process.stderr.write(`Written: ${path}\n`);
}

async function run() {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const model = await chooseModel(await listModels(options), options);
  const config = providerConfig({ ...options, model });
  process.stdout.write(asText(config));
  if (options.write) await writeConfig(config);
}

run().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
