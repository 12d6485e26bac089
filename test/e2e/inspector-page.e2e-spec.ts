import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { Browser, Page } from 'playwright-core';
import { axeFindings, hasBrowser, startBrowser } from '../support/browser.js';
import { fixtureProfile, offeredToolsOf, readFixture } from '../support/fixtures.js';
import { createHarness, translateAll } from '../support/response-stream-harness.js';
import { ChatChunks, ScriptedBackend, streamOf } from '../support/scripted-backend.js';
import { ServiceProcess } from '../support/start-process.js';
import { testDialect } from '../support/test-dialect.js';

/** Uses the inspector as a person does: the built page, in a real browser, of the built service. */

const KEY = 'inspector-key-0123456789';
const chunks = new ChatChunks('demo');
const tools = Array.from({ length: 20 }, (_none, index) => ({
  type: 'function' as const,
  name: `tool_${index}`,
  description: `Does ${index}.`,
  parameters: { type: 'object', properties: { path: { type: 'string' } } },
  strict: false,
}));

(hasBrowser ? describe : describe.skip)('the inspector in a browser', () => {
  let backend: ScriptedBackend;
  let service: ServiceProcess;
  let browser: Browser;
  let page: Page;
  let folder: string;
  let client: OpenAI;
  /** Holds what a page must not do: errors, broken policies, and requests to others. */
  const troubles: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inspector-'));
    backend = await ScriptedBackend.start();
    service = ServiceProcess.start({
      BACKEND_URL: backend.url,
      INSPECTOR: 'true',
      INSPECTOR_KEY: KEY,
    });
    [browser] = await Promise.all([startBrowser(), service.listening()]);
    client = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'sk-none', maxRetries: 0 });
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      // A refused login is no fault of the page's.
      if (message.type() === 'error' && !message.text().includes('401'))
        troubles.push(message.text());
    });
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(service.url) && !url.startsWith('data:')) troubles.push(url);
    });
    await page.goto(`${service.url}/inspector`);
  });

  afterAll(async () => {
    await browser.close();
    await service.kill();
    await backend.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = (more: object = {}): Promise<OpenAI.Responses.Response> =>
    client.responses.create({ model: 'demo', input: 'Hi', ...more });
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  const openNewest = async (): Promise<void> => {
    await page.goto(`${service.url}/inspector/#/`);
    const newest = await page.evaluate(async (address) => {
      const { requests } = (await (await fetch(address)).json()) as { requests: { id: string }[] };
      return requests.at(-1)?.id ?? '';
    }, `${service.url}/inspector/api/requests`);
    await page.locator(`a[href="#/request/${newest}"]`).click();
    await page.getByRole('heading', { name: 'Chat Completions request' }).waitFor();
  };

  it('lets nobody in with a wrong key, and in with the right one', async () => {
    await heading('Log in').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('Key of the inspector').fill('a-wrong-key-0123456789');
    await page.keyboard.press('Enter');
    await page.getByText('Incorrect API key provided.').waitFor();
    await page.getByLabel('Key of the inspector').fill(KEY);
    await page.keyboard.press('Enter');
    await heading('Requests').waitFor();
    const [cookie] = await page.context().cookies(`${service.url}/inspector/api/`);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(await page.evaluate('document.cookie')).toBe('');
  });

  it('fills the list while a request streams, and filters it', async () => {
    let goOn = (): void => undefined;
    const held = new Promise<void>((settle) => (goOn = settle));
    backend.enqueue({
      steps: [
        { data: chunks.role() },
        { data: chunks.text('Hi') },
        { until: held },
        ...streamOf(chunks.finish('stop')).steps,
      ],
    });
    const stream = await client.responses.create({ model: 'slow', input: 'Hi', stream: true });
    const row = page.locator('tbody tr', { hasText: 'slow' });
    await row.getByText('running').waitFor();
    goOn();
    await stream.toReadableStream().pipeTo(new WritableStream());
    await row.getByText('completed').waitFor();
    await ask({ truncation: 'auto' });
    await page.getByText('field_ignored ×1').waitFor();
    await page.getByLabel('Warning').selectOption('field_ignored');
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByLabel('Warning').selectOption('');
    await page.getByLabel('Model').selectOption('slow');
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByLabel('Model').selectOption('');
    await page.getByLabel('Request id').fill('no-such-request');
    expect(await page.locator('tbody tr').count()).toBe(0);
    await page.getByLabel('Request id').fill('');
    expect(await page.locator('tbody tr').count()).toBe(2);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('shows a request of an agent on both sides, and lights up what became of what', async () => {
    await ask({
      instructions: 'You are a coding agent.',
      input: [
        { role: 'developer', content: 'Never ask.' },
        { role: 'user', content: 'Read a file.' },
        { type: 'function_call', call_id: 'c1', name: 'tool_7', arguments: '{"path":"a"}' },
        { type: 'function_call_output', call_id: 'c1', output: 'text of a' },
      ],
      tools: [...tools, { type: 'code_interpreter', container: { type: 'auto' } }],
      max_output_tokens: 900,
    });
    await openNewest();
    const litPaths = (): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll('.lit')].map(({ id }) => id).sort()`);
    await page.locator('[id="request:input[2]"]').hover();
    expect(await litPaths()).toEqual(['backend:messages[2].tool_calls[0]', 'request:input[2]']);
    await page.locator('[id="backend:tools[7]"]').hover();
    expect(await litPaths()).toEqual(['backend:tools[7]', 'request:tools[7]']);
    await page.locator('[id="request:max_output_tokens"]').hover();
    expect(await litPaths()).toEqual(['backend:max_tokens', 'request:max_output_tokens']);
    // Without a mouse the same is reached by the buttons of each part.
    const call = page.locator('[id="request:input[2]"]');
    await call.getByRole('button', { name: /Go to messages\[2\]/ }).press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe(
      'backend:messages[2].tool_calls[0]',
    );
    expect(await litPaths()).toEqual(['backend:messages[2].tool_calls[0]', 'request:input[2]']);
    const warning = page.locator('[id="request:tools[20]"]').getByRole('note');
    expect(await warning.innerText()).toMatch(/^tool_dropped .*Offer the model a function/s);
    const told = await page.locator('.streams summary').allInnerTexts();
    expect(told).toEqual(expect.arrayContaining(['[DONE]', 'created', 'completed']));
    expect(await page.getByRole('region', { name: 'Final response' }).innerText()).toContain(
      '"status": "completed"',
    );
    await page.getByLabel('Show those of the default').check();
    await page.getByRole('cell', { name: 'systemRole', exact: true }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('shows gaps and heartbeats on the time axis', async () => {
    backend.enqueue({
      steps: [
        { data: chunks.role() },
        { data: chunks.text('One') },
        { waitMs: 700 },
        ...streamOf(chunks.text('Two'), chunks.finish('stop')).steps,
      ],
    });
    await ask({ stream: true }).then((stream) =>
      (stream as unknown as AsyncIterable<unknown> & { toReadableStream(): ReadableStream })
        .toReadableStream()
        .pipeTo(new WritableStream()),
    );
    await openNewest();
    const gap = page
      .locator('.silence')
      .filter({ hasText: /(?:[6-9]\d\d ms|\d\.\d\d s) of silence/ });
    await gap.first().waitFor();
    expect(await page.getByRole('img').getAttribute('aria-label')).toMatch(/chunks and \d+ events/);
  });

  it('shows where the turns of a conversation part', async () => {
    for (const minute of [15, 16])
      await ask({ instructions: `It is 9:${minute}.`, prompt_cache_key: 'conversation' });
    await openNewest();
    await page.getByRole('button', { name: 'Compare the turns' }).click();
    await page.getByText('Differs from the turn before in messages[0]').waitFor();
    expect(await page.getByRole('region', { name: 'Now' }).innerText()).toContain('9:16');
    expect(await axeFindings(page)).toEqual([]);
  });

  it('exports a request that replays as a fixture', async () => {
    const call = { role: 'user', content: 'Call tool_3 for jane@mail.example.com' };
    await ask({ input: [call], tools: tools.slice(0, 5), safety_identifier: 'jane' });
    await openNewest();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export as fixture' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^demo-\d{8}T\d{4}\.chunks\.jsonl$/);
    const file = join(folder, download.suggestedFilename());
    await download.saveAs(file);
    expect(await readFile(file, 'utf8')).not.toMatch(/jane/);
    const name = file.slice(0, -'.chunks.jsonl'.length);
    const harness = createHarness({
      dialect: testDialect(fixtureProfile(name)),
      offeredTools: offeredToolsOf(name),
    });
    const replayed = translateAll(readFixture(name), harness).map(({ type }) => type);
    const shown = await page.locator('.streams td:last-child summary').allInnerTexts();
    expect(shown.map((words) => `response.${words.split(' ')[0]}`)).toEqual(replayed);
  });

  it('sends a request, shows the answer, and says it in other words', async () => {
    await page.getByRole('link', { name: 'Try it' }).click();
    await heading('Try it').waitFor();
    await page.getByRole('combobox', { name: 'Model', exact: true }).fill('demo');
    await page.getByRole('button', { name: 'Insert a tool' }).click();
    await page.getByLabel('Reasoning effort').selectOption('low');
    await page.getByLabel('Text', { exact: true }).fill('What is the weather in Paris?');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.piece.call', { hasText: 'get_weather({"city":"Paris"})' }).waitFor();
    expect(backend.lastCall.body).toMatchObject({ reasoning_effort: 'low', stream: true });
    await page.getByText('curl', { exact: true }).click();
    const curl = await page.getByRole('region', { name: 'Request for curl' }).innerText();
    expect(curl).toContain(`${service.url}/v1/responses`);
    expect(curl).toContain('"effort": "low"');
    await page.getByText('Python', { exact: true }).click();
    const python = await page.getByRole('region', { name: 'Request for Python' }).innerText();
    expect(python).toContain('client.responses.create(');
    expect(python).toContain('stream=True');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('Stream').uncheck();
    await page.getByLabel('Tools, a JSON list').fill('');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.piece.text', { hasText: 'Hello from the demo backend!' }).waitFor();
    await page.getByRole('link', { name: 'Look into this request' }).click();
    await page.getByRole('heading', { name: 'Chat Completions request' }).waitFor();
  });

  it('is the same in the dark and on a narrow screen', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 380, height: 800 });
    for (const place of ['#/', '#/try']) {
      await page.goto(`${service.url}/inspector/${place}`);
      await heading(/./).waitFor();
      expect(await axeFindings(page)).toEqual([]);
    }
    await openNewest();
    expect(await axeFindings(page)).toEqual([]);
    const tooWide = await page.evaluate(
      `[...document.querySelectorAll('main *')].filter((node) =>
        node.getBoundingClientRect().right > innerWidth && node.closest('.scroll') === null
      ).map((node) => node.outerHTML.slice(0, 100))`,
    );
    expect(tooWide).toEqual([]);
  });

  it('runs nothing that is not its own, and is small', async () => {
    const reply = await page.goto(`${service.url}/inspector/`);
    const policy = (await reply?.allHeaders())?.['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(troubles).toEqual([]);
    const ran = await page.evaluate(() => {
      const { document } = globalThis as unknown as {
        document: {
          createElement(name: string): { textContent: string };
          body: { append(node: unknown): void };
        };
      };
      const script = document.createElement('script');
      script.textContent = 'globalThis.intruder = true';
      document.body.append(script);
      return 'intruder' in globalThis;
    });
    expect(ran).toBe(false);
    const assets = resolve('dist/inspector/page');
    const files = await readdir(assets, { recursive: true, withFileTypes: true });
    const sizes = await Promise.all(
      files
        .filter((file) => file.isFile())
        .map(async (file) => gzipSync(await readFile(join(file.parentPath, file.name))).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
  });
});
