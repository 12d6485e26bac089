import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import OpenAI, { toFile } from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';
import { pdfOf } from '../support/documents.js';
import { isOverTwoHops, itOverOneHop } from '../support/over-hops.js';
import { ChatChunks, ScriptedBackend, streamOf } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';

const KEYS = ['sk-proxy-key-of-alice', 'sk-proxy-key-of-bob-'] as const;
const mebibyte = 1024 * 1024;

let app: StartedApp;
let backend: ScriptedBackend;
let alice: OpenAI;
let bob: OpenAI;

beforeAll(async () => {
  backend = await ScriptedBackend.start();
  app = await startApp({
    BACKEND_URL: backend.url,
    PROXY_API_KEYS: KEYS.join(','),
    BACKEND_API_KEY: 'sk-backend-key',
    MAX_FILE_BYTES: String(3 * mebibyte),
    MAX_OWNER_FILE_BYTES: String(5 * mebibyte),
    MAX_OWNER_FILES: '20',
    MAX_TOTAL_FILE_BYTES: String(8 * mebibyte),
    MAX_BODY_BYTES: String(mebibyte),
  });
  [alice, bob] = KEYS.map(
    (apiKey) => new OpenAI({ baseURL: `${app.url}/v1`, apiKey, maxRetries: 0 }),
  ) as [OpenAI, OpenAI];
});
afterAll(async () => {
  await app.close();
  await backend.close();
});

async function refusal(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof OpenAI.APIError)) throw new Error(`Not refused: ${String(error)}`);
  return [error.status, error.code, error.param];
}

async function removeAll(client: OpenAI): Promise<void> {
  for await (const { id } of client.files.list()) await client.files.delete(id);
}

const small = (name = 'a.txt') => toFile(Buffer.from('hello'), name);

describe('the files API with the openai SDK', () => {
  it('keeps a file, says what it is, gives its bytes back, and deletes it', async () => {
    const content = randomBytes(2 * mebibyte + 5);
    const file = await alice.files.create({
      file: await toFile(content, 'Größe 1.bin'),
      purpose: 'user_data',
      expires_after: { anchor: 'created_at', seconds: 3_600 },
    });
    expect(file).toEqual({
      id: expect.stringMatching(/^file-[0-9a-f]{48}$/),
      object: 'file',
      bytes: content.length,
      created_at: expect.any(Number),
      expires_at: file.created_at + 3_600,
      filename: 'Größe 1.bin',
      purpose: 'user_data',
      status: 'processed',
    });
    expect(await alice.files.retrieve(file.id)).toEqual(file);
    const answer = await alice.files.content(file.id);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.bin",
    );
    expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
    expect(await alice.files.delete(file.id)).toEqual({
      id: file.id,
      object: 'file',
      deleted: true,
    });
    expect(await refusal(alice.files.retrieve(file.id))).toEqual([404, 'not_found', 'id']);
    expect(await refusal(alice.files.delete(file.id))).toEqual([404, 'not_found', 'id']);
  });

  it('takes every purpose that the SDK has, and an empty file', async () => {
    const purposes = ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'] as const;
    for (const purpose of purposes) {
      const file = await alice.files.create({ file: await toFile(Buffer.of(), 'e'), purpose });
      expect(file).toMatchObject({ purpose, bytes: 0 });
      expect((await (await alice.files.content(file.id)).arrayBuffer()).byteLength).toBe(0);
    }
    await removeAll(alice);
  });

  it('lists the own files, newest first, page by page, of one purpose', async () => {
    const names = ['1', '2', '3', '4', '5'];
    for (const name of names) {
      const purpose = name === '3' ? 'vision' : 'user_data';
      await alice.files.create({ file: await small(name), purpose });
    }
    await bob.files.create({ file: await small('of bob'), purpose: 'user_data' });
    const listed = async (query: OpenAI.FileListParams): Promise<string[]> => {
      const found: string[] = [];
      for await (const { filename } of alice.files.list(query)) found.push(filename);
      return found;
    };
    expect(await listed({})).toEqual(['5', '4', '3', '2', '1']);
    expect(await listed({ limit: 2, order: 'asc' })).toEqual(names);
    expect(await listed({ purpose: 'vision' })).toEqual(['3']);
    expect(await refusal(listed({ limit: 0 }))).toEqual([400, 'invalid_value', 'limit']);
    expect(await refusal(listed({ after: 'file-unknown' }))).toEqual([
      ...[400, 'invalid_value', 'after'],
    ]);
    await removeAll(alice);
    expect((await bob.files.list()).data).toHaveLength(1);
    await removeAll(bob);
  });

  it('shows nobody the files of another caller', async () => {
    const { id } = await alice.files.create({ file: await small(), purpose: 'user_data' });
    const notThere = [404, 'not_found', 'id'];
    expect(await refusal(bob.files.retrieve(id))).toEqual(notThere);
    expect(await refusal(bob.files.content(id))).toEqual(notThere);
    expect(await refusal(bob.files.delete(id))).toEqual(notThere);
    expect((await bob.files.list()).data).toEqual([]);
    await alice.files.delete(id);
  });

  it('refuses what is beyond its limits, keeps nothing of it, and has the room again', async () => {
    const upload = (client: OpenAI, bytes: number): Promise<OpenAI.FileObject> =>
      toFile(Buffer.alloc(bytes, 1), 'x').then((file) =>
        client.files.create({ file, purpose: 'user_data' }),
      );
    const tooLarge = [413, 'request_too_large', 'file'];
    expect(await refusal(upload(alice, 3 * mebibyte + 1))).toEqual(tooLarge);
    expect(await refusal(upload(alice, 6 * mebibyte))).toEqual(tooLarge);
    const { id } = await upload(alice, 3 * mebibyte);
    expect(await refusal(upload(alice, 2 * mebibyte))).toEqual(tooLarge);
    await upload(bob, 3 * mebibyte);
    await upload(bob, 1.5 * mebibyte);
    // Together they are at the limit of all.
    expect(await refusal(upload(alice, mebibyte))).toEqual([503, 'store_unavailable', null]);
    await alice.files.delete(id);
    await upload(alice, 2 * mebibyte);
    await Promise.all([removeAll(alice), removeAll(bob)]);
    for (let count = 0; count < 20; count += 1) await upload(alice, 1);
    expect(await refusal(upload(alice, 1))).toEqual(tooLarge);
    await removeAll(alice);
  });

  it('names the field that is wrong', async () => {
    const post = async (form: FormData): Promise<unknown> => {
      const headers = { authorization: `Bearer ${KEYS[0]}` };
      const answer = await fetch(`${app.url}/v1/files`, { method: 'POST', headers, body: form });
      const { error } = (await answer.json()) as { error: { code: string; param: string } };
      return [answer.status, error.code, error.param];
    };
    const form = (fields: Record<string, string>): FormData => {
      const made = new FormData();
      made.append('file', new File(['x'], 'x'));
      for (const [name, value] of Object.entries(fields)) made.append(name, value);
      return made;
    };
    const fileless = form({ purpose: 'user_data' });
    fileless.delete('file');
    expect(await post(fileless)).toEqual([400, 'missing_required_parameter', 'file']);
    expect(await post(form({}))).toEqual([400, 'missing_required_parameter', 'purpose']);
    expect(await post(form({ purpose: 'fun' }))).toEqual([400, 'invalid_value', 'purpose']);
    const expiry = (anchor: string, seconds: string) =>
      form({
        purpose: 'user_data',
        'expires_after[anchor]': anchor,
        'expires_after[seconds]': seconds,
      });
    const wrongSeconds = [400, 'invalid_value', 'expires_after.seconds'];
    expect(await post(expiry('created_at', '3599'))).toEqual(wrongSeconds);
    expect(await post(expiry('created_at', 'soon'))).toEqual(wrongSeconds);
    expect(await post(expiry('now', '3600'))).toEqual([
      ...[400, 'invalid_value', 'expires_after.anchor'],
    ]);
    const twice = form({ purpose: 'user_data' });
    twice.append('file', new File(['y'], 'y'));
    expect(await post(twice)).toEqual([400, 'invalid_value', 'file']);
    expect((await alice.files.list()).data).toEqual([]);
  });

  it('takes a form only there, and there nothing else', async () => {
    const headers = { authorization: `Bearer ${KEYS[0]}` };
    const form = new FormData();
    form.append('purpose', 'user_data');
    for (const path of ['responses', 'conversations']) {
      const answer = await fetch(`${app.url}/v1/${path}`, { method: 'POST', headers, body: form });
      expect(answer.status).toBe(415);
    }
    const json = { 'content-type': 'application/json', ...headers };
    const answer = await fetch(`${app.url}/v1/files`, {
      method: 'POST',
      headers: json,
      body: '{}',
    });
    expect(answer.status).toBe(415);
  });

  it('takes a file without a name', async () => {
    const part = (more: string, content: string): string =>
      `--b\r\nContent-Disposition: form-data; ${more}\r\n${content}\r\n`;
    const body =
      part('name="purpose"', '\r\nuser_data') +
      part('name="file"', 'Content-Type: application/octet-stream\r\n\r\nHi') +
      '--b--\r\n';
    const headers = {
      authorization: `Bearer ${KEYS[0]}`,
      'content-type': 'multipart/form-data; boundary=b',
    };
    const answer = await fetch(`${app.url}/v1/files`, { method: 'POST', headers, body });
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { filename: 'upload', bytes: 2 },
    ]);
    await removeAll(alice);
  });

  it.each([
    ['no boundary', 'multipart/form-data', 'x'],
    ['no form', 'multipart/form-data; boundary=b', 'x'.repeat(100_000)],
    ['nothing', 'multipart/form-data; boundary=b', ''],
    [
      'half a field',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser',
    ],
    [
      'half a file',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nhalf',
    ],
    [
      'a header without end',
      'multipart/form-data; boundary=b',
      `--b\r\nContent-Disposition: ${'x'.repeat(50_000)}`,
    ],
    [
      'many parts',
      'multipart/form-data; boundary=b',
      `${'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(1_000)}--b--\r\n`,
    ],
  ])('refuses a broken form: %s', async (_name, type, body) => {
    const headers = { authorization: `Bearer ${KEYS[0]}`, 'content-type': type };
    const answer = await fetch(`${app.url}/v1/files`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect((await alice.files.list()).data).toEqual([]);
  });

  it('keeps nothing of a client that leaves in the middle', async () => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const text =
      `POST /v1/files HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-Id: left-in-the-middle\r\nAuthorization: Bearer ${KEYS[0]}\r\n` +
      'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 2000000\r\n\r\n' +
      `--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n${'y'.repeat(500_000)}`;
    await new Promise((written) => socket.write(text, written));
    socket.destroy();
    const line = await app.nextLog(({ requestId }) => requestId === 'left-in-the-middle');
    expect(line).toMatchObject({ msg: 'request_completed', status: 499 });
    expect((await alice.files.list()).data).toEqual([]);
  });
});

describe('an uploaded file in a request', () => {
  const model = 'm';
  const chunks = new ChatChunks(model);
  /** One pixel. */
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

  const answer = (text: string): void => {
    backend.enqueue(streamOf(chunks.text(text), chunks.finish('stop')));
  };
  const upload = async (client: OpenAI, content: Buffer, name: string): Promise<string> => {
    const file = await toFile(content, name);
    return (await client.files.create({ file, purpose: 'user_data' })).id;
  };
  const sentContents = (): unknown[] =>
    (backend.lastCall.body as { messages: { content: unknown }[] }).messages.map(
      ({ content }) => content,
    );
  const asking = (part: object): OpenAI.Responses.ResponseInput =>
    [
      { role: 'user', content: [part, { type: 'input_text', text: 'What is it?' }] },
    ] as OpenAI.Responses.ResponseInput;

  it('is told as text, again in the next turn, and is missed when it is gone', async () => {
    const id = await upload(alice, Buffer.from('Grüße, 世界'), 'note.md');
    const told = [
      { type: 'text', text: '<file name="note.md">\nGrüße, 世界\n</file>' },
      { type: 'text', text: 'What is it?' },
    ];
    answer('A greeting.');
    const first = await alice.responses.create({
      model,
      input: asking({ type: 'input_file', file_id: id }),
    });
    const joined = told.map(({ text }) => text).join('\n');
    const texts = (): string[] =>
      sentContents().map((content) =>
        typeof content === 'string'
          ? content
          : (content as { text: string }[]).map(({ text }) => text).join('\n'),
      );
    expect(texts()).toEqual([joined]);
    const items = await alice.responses.inputItems.list(first.id);
    expect(JSON.stringify(items.data)).toContain(`"file_id":"${id}"`);
    expect(JSON.stringify(items.data)).not.toContain('Gr');

    answer('Sure.');
    const next = { model, input: 'Sure?', previous_response_id: first.id };
    await alice.responses.create(next);
    expect(texts()).toEqual([joined, 'A greeting.', 'Sure?']);

    await alice.files.delete(id);
    answer('I do not know.');
    const { response } = await alice.responses.create(next).withResponse();
    expect(texts()[0]).toBe('[file omitted: it was deleted or has expired]\nWhat is it?');
    expect(response.headers.get('x-responses-warnings')).toContain('content_part_dropped');
  });

  it('is an image where it is one, in a message and in the output of a tool', async () => {
    const id = await upload(alice, Buffer.from(png, 'base64'), 'dot.png');
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } };
    answer('A dot.');
    await alice.responses.create({ model, input: asking({ type: 'input_image', file_id: id }) });
    expect(sentContents()).toEqual([[image, { type: 'text', text: 'What is it?' }]]);
    answer('A dot.');
    await alice.responses.create({
      model,
      input: [
        { type: 'function_call', call_id: 'c', name: 'look', arguments: '{}' },
        {
          type: 'function_call_output',
          call_id: 'c',
          output: [{ type: 'input_image', file_id: id, detail: 'auto' }],
        },
      ],
    });
    expect(sentContents().at(-1)).toEqual(expect.arrayContaining([image]));
    const text = await upload(alice, Buffer.from('no image'), 'dot.png');
    const wrong = alice.responses.create({
      model,
      input: asking({ type: 'input_image', file_id: text }),
    });
    expect(await refusal(wrong)).toEqual([
      ...[400, 'unsupported_parameter', 'input[0].content[0].file_id'],
    ]);
  });

  itOverOneHop.each([
    ['report.pdf', pdfOf('The code is 7421.')],
    [
      'report.docx',
      zipSync({
        'word/document.xml': strToU8(
          '<w:document><w:p><w:t>The code is 7421.</w:t></w:p></w:document>',
        ),
      }),
    ],
  ])('is its text where the model takes no files: %s', async (name, bytes) => {
    const id = await upload(alice, Buffer.from(bytes), name);
    answer('7421.');
    const { response } = await alice.responses
      .create({ model, input: asking({ type: 'input_file', file_id: id }) })
      .withResponse();
    expect(sentContents()).toEqual([
      `<file name="${name}">\nThe code is 7421.\n</file>\nWhat is it?`,
    ]);
    expect(response.headers.get('x-responses-warnings')).toContain('file_text_extracted');
  });

  it('is not there for another caller, nor under an id that nobody has', async () => {
    const id = await upload(alice, Buffer.from('of alice'), 'a.txt');
    const notThere = [404, 'not_found', 'input[0].content[0].file_id'];
    // Another form of id names a file of a backend that speaks Responses.
    for (const file_id of isOverTwoHops ? [id] : [id, 'file-unknown']) {
      const input = asking({ type: 'input_file', file_id });
      expect(await refusal(bob.responses.create({ model, input }))).toEqual(notThere);
    }
    const count = (client: OpenAI): Promise<unknown> =>
      client.responses.inputTokens.count({
        model,
        input: asking({ type: 'input_file', file_id: id }),
      });
    expect(await refusal(count(bob))).toEqual(notThere);
    expect(await count(alice)).toMatchObject({ object: 'response.input_tokens' });
  });

  it('counts against the limit of a request with all others that it names', async () => {
    await removeAll(alice);
    const two = [await upload(alice, Buffer.alloc(2 * mebibyte, 'a'), 'a.txt')];
    two.push(await upload(alice, Buffer.alloc(2 * mebibyte, 'b'), 'b.txt'));
    const content = two.map((file_id) => ({ type: 'input_file' as const, file_id }));
    const create = alice.responses.create({ model, input: [{ role: 'user', content }] });
    expect(await refusal(create)).toEqual([413, 'request_too_large', 'input']);
    const many = Array.from({ length: 101 }, (_, n) => ({
      ...{ type: 'input_file' as const, file_id: `file-${n}` },
    }));
    const tooMany = alice.responses.create({ model, input: [{ role: 'user', content: many }] });
    expect(await refusal(tooMany)).toEqual([400, 'invalid_value', 'input']);
    await removeAll(alice);
  });

  it('is read in the background, for a compaction, in a conversation and over a WebSocket', async () => {
    const id = await upload(alice, Buffer.from('the moon is grey'), 'moon.txt');
    const input = asking({ type: 'input_file', file_id: id });
    const seen = (): boolean => JSON.stringify(backend.lastCall.body).includes('the moon is grey');

    answer('Grey.');
    const begun = await alice.responses.create({ model, input, background: true });
    let state = begun;
    while (state.status === 'queued' || state.status === 'in_progress') {
      state = await alice.responses.retrieve(begun.id);
    }
    expect([state.status, seen()]).toEqual(['completed', true]);

    answer('A summary.');
    await alice.responses.compact({ model, input });
    expect(seen()).toBe(true);

    const conversation = await alice.conversations.create({ items: input });
    answer('Grey.');
    await alice.responses.create({ model, conversation: conversation.id, input: 'And now?' });
    expect(seen()).toBe(true);

    answer('Grey.');
    const socket = new ResponsesWS(alice);
    const done = new Promise((resolve, reject) => {
      socket.on('response.completed', resolve);
      socket.on('error', reject);
    });
    socket.send({ type: 'response.create', model, input });
    await done;
    socket.close();
    expect(seen()).toBe(true);
  });
});
