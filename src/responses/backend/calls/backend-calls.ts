import type { FastifyRequest } from 'fastify';
import { extractApiKey, keyForBackend, requireApiKey } from '../../../common/api-key.js';
import type { BackendApi } from '../../../config/backend-url.js';
import { neverForwarded } from '../../../config/environment-rules.js';
import type { Settings } from '../../../config/settings.js';
import type { Caller } from './caller.js';
import type { DialectResolver } from '../profiles/dialect-resolver.js';
import { backendRequestHeaders, pickHeaders } from '../wire/backend-headers.js';
import type { BackendCall } from '../wire/backend-http.js';
import { OperatorSecrets } from './operator-secrets.js';
import { serverUrl, siblingUrl } from '../wire/sibling-url.js';
import { sessionHeader } from './session-hint.js';

/** These parts of a request tell who calls. */
export type CallingRequest = Pick<FastifyRequest, 'caller' | 'identity' | 'headers'>;

/** Makes the client behind a request. @throws ApiError 401 when there is no key and the backend needs one. */
export function callerOf(
  { caller, identity, headers }: CallingRequest,
  settings: Pick<Settings, 'access' | 'backend' | 'routing'>,
): Caller {
  const { id, name, backendKey: clientKey, models, account } = identity ?? {};
  requireApiKey(clientKey, settings);
  const forwarded = pickHeaders(headers, mayTravel(headers, settings));
  return {
    id: caller,
    clientKey,
    // What opens this service alone stays here, in whatever header it stands.
    headers: withoutText(forwarded, differing(extractApiKey(headers), clientKey)),
    identity: id === '' ? undefined : id,
    name,
    models,
    account,
  };
}

/** Of several backends each has its own list, and picks from these when it is called. */
function mayTravel(
  headers: CallingRequest['headers'],
  { backend, routing }: Pick<Settings, 'backend' | 'routing'>,
): readonly string[] {
  if (routing.file === undefined) return backend.forwardHeaders;
  return Object.keys(headers).filter((name) => !neverForwarded.has(name));
}

/** Calls in the name of the service itself. */
export const operator: Caller = { id: '', clientKey: undefined, headers: {} };

/** A relayed answer depends on these; everything else of the client's headers has to be allow-listed. */
const contentHeaders = ['content-type', 'accept', 'accept-encoding'];

/**
 * Says how one backend is called: its URLs, the key and the header that carries it, the Host override, and the headers that
 * travel. Whoever calls the backend has the call made here, so that all calls are addressed in the same way.
 */
export class BackendCalls {
  readonly secrets: OperatorSecrets;

  constructor(
    private readonly settings: Pick<Settings, 'access' | 'backend' | 'routing'>,
    private readonly dialects: DialectResolver,
  ) {
    this.secrets = new OperatorSecrets(settings);
  }

  /** Makes a chat request whose answer is read here as a stream. */
  chat(
    model: string,
    body: string,
    caller: Caller & { sessionKey?: string | undefined },
  ): BackendCall {
    return this.streamed(this.settings.backend.url, model, body, caller);
  }

  /** Makes a request of a backend that has the Responses API itself. */
  responses(
    model: string,
    body: string,
    caller: Caller & { sessionKey?: string | undefined },
  ): BackendCall {
    return this.streamed(this.urlOf('responses'), model, body, caller);
  }

  private urlOf(api: BackendApi): URL {
    const { url } = this.settings.backend;
    return api === 'chat' ? url : siblingUrl(url, 'responses');
  }

  private streamed(
    url: URL,
    model: string,
    body: string,
    caller: Caller & { sessionKey?: string | undefined },
  ): BackendCall {
    const call = this.post(url, model, body, caller, 'text/event-stream');
    const hint = sessionHeader(this.dialects.forModel(model), caller.sessionKey);
    // What the operator or a forwarded header says goes before the hint.
    return { ...call, headers: { ...hint, ...call.headers } };
  }

  /** Makes a JSON call beside the chat endpoint: `tokenize`, say. */
  beside(url: URL, model: string, body: object, caller: Caller): BackendCall {
    return this.post(url, model, JSON.stringify(body), caller, 'application/json');
  }

  /**
   * Makes a request whose answer goes back as it comes.
   * @param decode says that it is read on the way, so it is not compressed.
   */
  relay(
    body: Buffer,
    request: CallingRequest,
    decode: boolean,
    api: BackendApi = 'chat',
  ): BackendCall {
    const caller = callerOf(request, this.settings);
    const forwarded = {
      ...pickHeaders(request.headers, contentHeaders),
      ...this.forwarded(caller),
    };
    return {
      method: 'POST',
      url: this.urlOf(api),
      headers: {
        ...this.headers(this.dialects.forBackend().apiKeyHeader, caller, forwarded),
        ...(decode ? { 'accept-encoding': 'identity' } : {}),
      },
      body,
      decode,
    };
  }

  /** Asks llama-server for what it is. */
  props(): BackendCall {
    const { apiKeyHeader } = this.dialects.forBackend();
    return {
      method: 'GET',
      url: serverUrl(this.settings.backend.url, 'props'),
      headers: { ...this.headers(apiKeyHeader, operator, {}), ...readHere('application/json') },
      decode: true,
    };
  }

  /** Asks for the model list, or one model of it; `id` becomes one path segment. */
  models(caller: Caller, id?: string, query?: URLSearchParams): BackendCall {
    const url = siblingUrl(this.settings.backend.url, 'models');
    if (id !== undefined) url.pathname += `/${encodeURIComponent(id)}`;
    if (query !== undefined && query.size > 0) url.search = query.toString();
    const { apiKeyHeader } = this.dialects.forBackend();
    return {
      method: 'GET',
      url,
      headers: {
        ...this.headers(apiKeyHeader, caller, this.forwarded(caller)),
        ...readHere('application/json'),
      },
      decode: true,
    };
  }

  /** Gives the key that a call for this caller carries. */
  keyFor({ clientKey }: Caller): string | undefined {
    return keyForBackend(clientKey, this.settings);
  }

  private post(url: URL, model: string, body: string, caller: Caller, accept: string): BackendCall {
    const { apiKeyHeader } = this.dialects.forModel(model);
    const headers = {
      ...this.headers(apiKeyHeader, caller, this.forwarded(caller)),
      'content-type': 'application/json',
      ...readHere(accept),
    };
    return { method: 'POST', url, headers, body, decode: true };
  }

  /** Gives those of the client's headers that travel to this backend. */
  private forwarded({ headers }: Caller): Readonly<Record<string, string>> {
    return pickHeaders(headers, this.settings.backend.forwardHeaders);
  }

  private headers(
    apiKeyHeader: string | undefined,
    caller: Caller,
    forwarded: Readonly<Record<string, string>>,
  ): Record<string, string> {
    const { hostHeader, headers: own } = this.settings.backend;
    const apiKey = this.keyFor(caller);
    const travelling = { ...withoutKey(forwarded, caller, apiKey), ...own };
    return backendRequestHeaders({ apiKey, apiKeyHeader, hostHeader, forwarded: travelling });
  }
}

/** A client's key stays here, in whatever header it stands, unless it is the key of this backend. */
function withoutKey(
  forwarded: Readonly<Record<string, string>>,
  { clientKey }: Caller,
  apiKey: string | undefined,
): Readonly<Record<string, string>> {
  return clientKey === apiKey ? forwarded : withoutText(forwarded, clientKey);
}

function differing(text: string | undefined, other: string | undefined): string | undefined {
  return text === other ? undefined : text;
}

/** Leaves out the headers in which a secret stands. */
function withoutText(
  headers: Readonly<Record<string, string>>,
  secret: string | undefined,
): Readonly<Record<string, string>> {
  if (secret === undefined) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => !value.includes(secret)));
}

/** Asks for no compression, since the answer is read here. */
function readHere(accept: string): Record<string, string> {
  return { accept, 'accept-encoding': 'identity' };
}
