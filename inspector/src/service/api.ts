import type {
  ListAnswer,
  PrefixAnswer,
  RequestDetail,
  RequestSummary,
} from '../../../src/inspector/views/contract.js';

/** The service refused; 401 asks for a login. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Gives the address of something below the service's own, whatever prefix it has. */
export function addressOf(path: string): string {
  return new URL(path, document.baseURI).href;
}

/** @throws Refused with the service's own words. */
export async function refuseUnlessOk(reply: Response): Promise<Response> {
  if (reply.ok) return reply;
  const body = (await reply.json().catch(() => undefined)) as
    { error?: { message?: string } } | undefined;
  throw new Refused(reply.status, body?.error?.message ?? `The service answered ${reply.status}.`);
}

async function read<Answer>(path: string): Promise<Answer> {
  const reply = await refuseUnlessOk(await fetch(addressOf(`api/${path}`)));
  return (await reply.json()) as Answer;
}

export async function readList(): Promise<readonly RequestSummary[]> {
  return (await read<ListAnswer>('requests')).requests;
}

export function readDetail(id: string): Promise<RequestDetail> {
  return read<RequestDetail>(`requests/${id}`);
}

export async function readPrefix(id: string): Promise<PrefixAnswer['turns']> {
  return (await read<PrefixAnswer>(`requests/${id}/prefix`)).turns;
}

export async function logIn(key: string): Promise<void> {
  await refuseUnlessOk(await post('api/session', { key }));
}

export async function logOut(): Promise<void> {
  await post('api/session/end', {});
}

function post(path: string, body: object): Promise<Response> {
  return fetch(addressOf(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Follows what begins, goes on and ends. @returns what ends that. */
export function follow(
  tell: (changed: readonly RequestSummary[]) => void,
  onState: (isConnected: boolean) => void,
): () => void {
  const source = new EventSource(addressOf('api/live'));
  source.onmessage = ({ data }) => {
    tell(JSON.parse(String(data)) as RequestSummary[]);
  };
  source.onopen = () => {
    onState(true);
  };
  source.onerror = () => {
    onState(false);
  };
  return () => {
    source.close();
  };
}
