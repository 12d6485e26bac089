import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { readError } from '../support/checked-response.js';
import { ServiceProcess } from '../support/start-process.js';

const folder = mkdtempSync(join(tmpdir(), 'networks-'));
const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]): void => {
  execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
};

const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

let backend: Server;
let url: string;
let service: ServiceProcess | undefined;

/** A private authority signs the certificate of a backend that has an IPv6 address alone. */
beforeAll(async () => {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=A private CA',
  );
  openssl('req', ...key, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=backend');
  writeFileSync(file('san'), 'subjectAltName=IP:::1');
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'san'];
  openssl('x509', '-req', '-in', 'leaf.csr', ...signing, '-out', 'leaf.pem');
  const options = { key: readFileSync(file('leaf.key')), cert: readFileSync(file('leaf.pem')) };
  backend = createServer(options, (_request, response) => {
    response.setHeader('content-type', 'text/event-stream');
    response.end(`${chunk({ content: 'Hello' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
  });
  backend.listen(0, '::1');
  await once(backend, 'listening');
  url = `https://[::1]:${(backend.address() as AddressInfo).port}/v1`;
});
afterEach(() => service?.kill());
afterAll(() => {
  backend.close();
  backend.closeAllConnections();
  rmSync(folder, { recursive: true });
});

async function ask(environment: Record<string, string>): Promise<Response> {
  service = ServiceProcess.start({ BACKEND_URL: url, STORE_URL: 'none:', ...environment });
  await service.listening();
  return fetch(`${service.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-key-000000' },
    body: JSON.stringify({ model: 'm', input: 'Hi' }),
  });
}

it('reaches a backend over IPv6 whose certificate is of a private authority', async () => {
  // Nothing is behind this proxy, but it never stands before this machine.
  const environment = { NODE_EXTRA_CA_CERTS: file('ca.pem'), HTTPS_PROXY: 'http://127.0.0.1:9' };
  const reply = await ask(environment);
  expect(await reply.json()).toMatchObject({ status: 'completed' });
});

it('refuses the same certificate where nobody vouches for it', async () => {
  const reply = await ask({ BACKEND_RETRIES: '0' });
  expect(reply.status).toBe(502);
  expect(await readError(reply)).toMatchObject({ code: 'backend_unavailable' });
});
