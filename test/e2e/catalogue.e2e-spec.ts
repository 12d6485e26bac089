import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { CodexModel } from '../../src/models/codex/codex-model.js';
import { jsonReply, ScriptedBackend } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';

interface Listing {
  object: string;
  data: { id: string }[];
  models: CodexModel[];
}

let backend: ScriptedBackend;
let proxy: StartedApp;
let folder: string | undefined;

afterEach(async () => {
  await proxy.close();
  await backend.close();
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
});

async function start(models: unknown, environment: Record<string, string> = {}): Promise<void> {
  backend = await ScriptedBackend.start();
  backend.onModels = () =>
    models === undefined ? jsonReply(404, { error: {} }) : jsonReply(200, { data: models });
  proxy = await startApp({ BACKEND_URL: backend.url, ...environment });
}

async function catalogue(): Promise<{ text: string; listing: Listing }> {
  const reply = await fetch(`${proxy.url}/v1/models?client_version=0.169.0`);
  expect(reply.status).toBe(200);
  const text = await reply.text();
  return { text, listing: JSON.parse(text) as Listing };
}

/** The real binary was seen to accept this entry: its fields are the required ones. */
const minimal = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../support/codex-recordings/models-minimal-answer.json'),
    'utf8',
  ),
) as { models: Record<string, unknown>[] };

describe('GET /v1/models?client_version=', () => {
  it('gives every required field, and claims only what is known', async () => {
    await start([{ id: 'plain' }]);
    const { listing } = await catalogue();
    expect(listing).toMatchObject({ object: 'list', data: [{ id: 'plain' }] });
    const [model] = listing.models;
    expect(Object.keys(model!)).toEqual(
      expect.arrayContaining(Object.keys(minimal.models[0] ?? {})),
    );
    expect(model).toMatchObject({
      slug: 'plain',
      display_name: 'plain',
      supported_reasoning_levels: [],
      input_modalities: ['text'],
      supports_search_tool: false,
    });
    expect(model).not.toHaveProperty('context_window');
    expect(model!.base_instructions.length).toBeGreaterThan(1000);
  });

  it.each<[string, object, Partial<CodexModel>]>([
    ['vLLM', { max_model_len: 32768 }, { context_window: 32768 }],
    [
      'OpenRouter',
      {
        name: 'Some Model',
        context_length: 200000,
        supported_parameters: ['tools', 'reasoning'],
        architecture: { input_modalities: ['text', 'image'] },
      },
      {
        display_name: 'Some Model',
        context_window: 200000,
        input_modalities: ['text', 'image'],
        default_reasoning_level: 'medium',
      },
    ],
    [
      'Chutes',
      { max_model_len: 1000, supported_features: ['reasoning'], input_modalities: ['text'] },
      { context_window: 1000, default_reasoning_level: 'medium', input_modalities: ['text'] },
    ],
    ['nonsense', { context_length: 'many', name: 5 }, { display_name: 'm' }],
  ])('reads what the list of %s says', async (_name, entry, expected) => {
    await start([{ id: 'm', ...entry }]);
    expect((await catalogue()).listing.models[0]).toMatchObject(expected);
  });

  it('lets profiles speak first, also for models that no list has', async () => {
    folder = mkdtempSync(join(tmpdir(), 'profiles-'));
    const file = join(folder, 'profiles.json');
    const profile = { displayName: 'Mine', contextWindow: 5000, efforts: ['low', 'high'] };
    writeFileSync(file, JSON.stringify({ models: { 'org/mine': profile } }));
    await start(undefined, { BACKEND_PROFILES: file });
    const { listing } = await catalogue();
    expect(listing.models).toHaveLength(1);
    expect(listing.models[0]).toMatchObject({
      slug: 'org/mine',
      display_name: 'Mine',
      context_window: 5000,
      supported_reasoning_levels: [{ effort: 'low' }, { effort: 'high' }],
      default_reasoning_level: 'low',
    });
  });

  it('stays below the 1 MiB that Codex reads, and says what was left out', async () => {
    await start(Array.from({ length: 2000 }, (_, index) => ({ id: `model-${index}` })));
    const { text, listing } = await catalogue();
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(listing.models.length).toBeGreaterThan(100);
    await proxy.nextLog(({ msg }) => msg.includes('leaves out'));
  });

  it("passes the backend's refusal on when there is nothing to list", async () => {
    await start(undefined);
    const reply = await fetch(`${proxy.url}/v1/models?client_version=1`);
    expect(reply.status).toBe(404);
    expect(backend.requests.at(-1)?.path).toBe('/v1/models');
  });
});
