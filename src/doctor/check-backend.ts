import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { asRecord, parseJson } from '../common/json.js';
import type { Backend } from '../responses/backend/backend.js';
import type { Caller } from '../responses/backend/calls/caller.js';
import type { BackendReply } from '../responses/backend/wire/backend-http.js';
import { tlsOptions } from '../responses/backend/wire/connections.js';
import { find, type Finding } from './finding.js';

const maxBytes = 8 * 1024 * 1024;
const longestWaitMs = 20_000;
const dayMs = 86_400_000;
const certificateDays = 14;
const clockSeconds = 30;

type Found = Omit<Finding, 'check'>;

/** Goes the way of a request to a backend: its name, a connection, its certificate, the model list, a tiny answer. */
export async function checkBackend(
  backend: Backend,
  caller: Caller,
  wanted: string | undefined,
): Promise<Finding[]> {
  const { url, tls, egressProxy } = backend.settings.backend;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = [
    await find('backend name', async () => {
      const addresses = await lookup(host, { all: true });
      return `${host}: ${addresses.map(({ address }) => address).join(', ')}`;
    }),
    await find('connection', () => connection(url, host, tlsOptions(tls))),
  ];
  // The proxy may know the name and reach the host where this machine does neither.
  const findings = found.map((one): Finding =>
    one.result === 'fail' && egressProxy !== undefined
      ? { ...one, result: 'warn', detail: `${one.detail}; the egress proxy may reach it` }
      : one,
  );
  if (findings.some(({ result }) => result === 'fail')) return findings;
  const { models, listed } = await listModels(backend, caller);
  const model = wanted ?? listed[0];
  const answer: Finding =
    model === undefined
      ? { check: 'answer', result: 'skip', detail: 'no model is known: name one with --model' }
      : await find('answer', () => tinyAnswer(backend, caller, model));
  return [...findings, ...models, answer];
}

async function connection(url: URL, host: string, trust: object): Promise<Found | string> {
  const secure = url.protocol === 'https:';
  const port = Number(url.port) || (secure ? 443 : 80);
  const socket: Socket | TLSSocket = secure
    ? connectTls({ ...trust, host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
    : connectPlain({ host, port });
  try {
    const signal = AbortSignal.timeout(longestWaitMs);
    await once(socket, secure ? 'secureConnect' : 'connect', { signal });
    if (!('getPeerCertificate' in socket)) return `port ${port}, without TLS`;
    const until = new Date(socket.getPeerCertificate().valid_to);
    const days = Math.floor((until.getTime() - Date.now()) / dayMs);
    const detail = `${socket.getProtocol() ?? 'TLS'}, the certificate ends in ${days} days`;
    return { result: days < certificateDays ? 'warn' : 'ok', detail };
  } finally {
    socket.destroy();
  }
}

async function listModels(
  { calls, http }: Backend,
  caller: Caller,
): Promise<{ models: Finding[]; listed: string[] }> {
  let reply: BackendReply | undefined;
  let listed: string[] = [];
  const list = await find('model list', async () => {
    const signal = AbortSignal.timeout(longestWaitMs);
    reply = await http.fetch(calls.models(caller), maxBytes, signal);
    const data = asRecord(parseJson(reply.body.toString('utf8')))?.data;
    listed = (Array.isArray(data) ? data : []).flatMap((entry) => {
      const id = asRecord(entry)?.id;
      return typeof id === 'string' ? [id] : [];
    });
    const detail = `status ${reply.status}, ${listed.length} models`;
    if (reply.status === 200) return detail;
    return { result: 'warn', detail: `${detail}: ${adviceFor(reply.status)}` };
  });
  const date = Date.parse(String(reply?.headers.date ?? ''));
  if (Number.isNaN(date)) return { models: [list], listed };
  const apart = Math.round(Math.abs(Date.now() - date) / 1000);
  const clock: Finding = {
    check: 'clock',
    result: apart > clockSeconds ? 'warn' : 'ok',
    detail: `${apart} s apart from the backend's`,
  };
  return { models: [list, clock], listed };
}

async function tinyAnswer({ calls, http }: Backend, caller: Caller, model: string) {
  const messages = [{ role: 'user', content: 'Say: ok' }];
  const body = JSON.stringify({ model, messages, stream: true, max_tokens: 16 });
  const signal = AbortSignal.timeout(longestWaitMs);
  const reply = await http.fetch(calls.chat(model, body, caller), maxBytes, signal);
  if (reply.status !== 200) {
    const detail = `${model}: status ${reply.status}: ${adviceFor(reply.status)}`;
    return { result: 'fail', detail } satisfies Found;
  }
  const chunks = reply.body.toString('utf8').match(/^data:(?! ?\[DONE\])/gm)?.length ?? 0;
  if (chunks > 0) return `${model}: streamed in ${chunks} chunks`;
  return { result: 'fail', detail: `${model}: no event stream came` } satisfies Found;
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403)
    return 'the key is missing or refused (BACKEND_API_KEY, or OPENAI_API_KEY for this check)';
  if (status === 404) return 'is BACKEND_URL right, and the model known there?';
  if (status === 429) return 'the account is at a limit, or empty';
  return status >= 500 ? 'the backend is in trouble' : 'the backend does not take it';
}
