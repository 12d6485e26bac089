import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';

/** A chat backend that shows itself with a certificate of a private authority, and asks for one of the same authority. */
export interface TlsBackend {
  url: string;
  /** `ca`, `cert` and `key` are PEM files; the latter are those of the client `gateway`. */
  files: Record<'ca' | 'cert' | 'key', string>;
  /** What its chat calls came with, and the name in the client's certificate. */
  calls: { headers: IncomingHttpHeaders; client: string }[];
  /** New connections see this certificate: the good one, or one that has ended. */
  show(name: 'server' | 'expired'): void;
  close(): Promise<void>;
}

/** `answer` stands in place of its own answers: a list with one model, and a short stream. */
export async function startTlsBackend(answer?: RequestListener): Promise<TlsBackend> {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const file = (name: string) => join(folder, name);
  makeCertificates(folder);
  const calls: TlsBackend['calls'] = [];
  const certificate = (name: string) => ({
    ca: readFileSync(file('ca.pem')),
    cert: readFileSync(file(`${name}.pem`)),
    key: readFileSync(file(`${name}.key`)),
  });
  const server = createServer({
    ...certificate('server'),
    requestCert: true,
    rejectUnauthorized: true,
  });
  const answerItself: RequestListener = (request, response) => {
    request.resume();
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    if (request.method === 'GET') {
      response.end(JSON.stringify({ data: [{ id: 'm' }] }));
      return;
    }
    calls.push({ headers: request.headers, client: String(subject.CN) });
    const chunk = { id: 'c', model: 'm', choices: [{ index: 0, delta: { content: 'over TLS' } }] };
    const end = { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const events = [chunk, end].map((event) => `data: ${JSON.stringify(event)}\n\n`);
    response.end(`${events.join('')}data: [DONE]\n\n`);
  };
  server.on('request', answer ?? answerItself);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    files: { ca: file('ca.pem'), cert: file('client.pem'), key: file('client.key') },
    calls,
    show: (name) => {
      server.setSecureContext(certificate(name));
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      rmSync(folder, { recursive: true });
    },
  };
}

/** An authority, and certificates of the server's and of the client's under it, each good for a day but the one that ended yesterday. */
function makeCertificates(folder: string): void {
  const run = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  run(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '1',
    '-subj',
    '/CN=authority',
  );
  const names = 'subjectAltName=IP:127.0.0.1,DNS:backend.test';
  for (const [name, subject, extension, days] of [
    ['server', '/CN=backend', names, '1'],
    ['expired', '/CN=backend', names, '-1'],
    ['client', '/CN=gateway', 'extendedKeyUsage=clientAuth', '1'],
  ] as const) {
    writeFileSync(join(folder, 'extensions'), extension);
    run(
      'req',
      '-new',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      subject,
    );
    run(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      days,
      '-extfile',
      'extensions',
      '-out',
      `${name}.pem`,
    );
  }
}
