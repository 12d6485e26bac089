import { ScriptedBackend } from './scripted-backend.js';
import { startApp, type StartedApp } from './start-app.js';

/** Holds the service and the scripted backend behind it. */
export interface Service {
  backend: ScriptedBackend;
  proxy: StartedApp;
  /** A client calls this its base URL. */
  baseURL: string;
  /** Sends POST /v1/responses. */
  post(body: unknown, options?: PostOptions): Promise<Response>;
  close(): Promise<void>;
}

export interface PostOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export const TEST_KEY = 'sk-test-Abcdefghijklmnopqrstuvwxyz0123456789';

/** TEST_HOPS=2 puts the service behind itself: it speaks Responses to another one, which speaks chat to the backend. */
const areTwo = process.env.TEST_HOPS === '2';

export function startService(environment: Record<string, string> = {}): Promise<Service> {
  return areTwo ? startTwoHops(environment) : startOneHop(environment);
}

async function startOneHop(environment: Record<string, string>): Promise<Service> {
  const backend = await ScriptedBackend.start();
  const proxy = await startApp({ BACKEND_URL: backend.url, ...environment });
  return serviceOf(backend, proxy, () => Promise.resolve());
}

/** Starts the service in front of itself. @param inner changes the one behind, and `environment` the one in front. */
export async function startTwoHops(
  environment: Record<string, string> = {},
  inner: Record<string, string> = {},
): Promise<Service> {
  const backend = await ScriptedBackend.start();
  const behind = await startApp({ BACKEND_URL: backend.url, STORE_URL: 'none:', ...inner });
  const BACKEND_URL = `${behind.url}/v1`;
  const proxy = await startApp({ BACKEND_URL, BACKEND_API: 'responses', ...environment });
  return serviceOf(backend, proxy, () => behind.close());
}

function serviceOf(
  backend: ScriptedBackend,
  proxy: StartedApp,
  closeOthers: () => Promise<void>,
): Service {
  const baseURL = `${proxy.url}/v1`;
  return {
    backend,
    proxy,
    baseURL,
    post: (body, { headers = {}, signal } = {}) =>
      fetch(`${baseURL}/responses`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${TEST_KEY}`,
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(signal === undefined ? {} : { signal }),
      }),
    close: async () => {
      await proxy.close();
      await closeOthers();
      await backend.close();
    },
  };
}
